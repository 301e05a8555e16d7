"""What customers say: NPS, CSAT, CES in its three instruments, response rate.

Answers count once a respondent and wave (the latest), outside waves each answer counts. A score that is missing,
invalid or on another scale is left out and counted; it is never taken as a passive nor as 0.
"""

from timonier.indicators.definition import Indicator, Needs, Parameter, Variant
from timonier.indicators.formulas import mean_score, net_score, net_share, share
from timonier.indicators.populations.accounts import accounts, net_score_of_accounts
from timonier.indicators.populations.answers import (
    COMPLETE,
    PARTIAL,
    as_asked,
    at_least,
    bottom_boxes,
    easy_from,
    hard_from,
    index_of_mean,
    invited,
    scored_answers,
    top_answer,
)
from timonier.text import Text

ANSWERS = (
    Needs(
        "answers",
        ("score",),
        ("answered_at", "instrument", "scale_min", "scale_max", "customer_id", "survey", "question", "wave", "test"),
    ),
)
DAY_OF_ANSWER = Text("day of the answer", "jour de la réponse")


REPEATS = Parameter(
    "repeats",
    "latest",
    Text(
        "“latest”: one answer a respondent and wave; “keep”: all of them",
        "« latest » : une réponse par répondant et par vague ; « keep » : toutes",
    ),
    ("latest", "keep"),
)


def _scale(default: tuple[int, int]) -> Parameter:
    return Parameter("scale", default, Text("lowest and highest answer", "réponse la plus basse et la plus haute"))


def _direction(default: str) -> Parameter:
    return Parameter(
        "direction",
        default,
        Text(
            "“up” if a high answer is good, else “down”",
            "« up » si une réponse haute est bonne, sinon « down »",
        ),
        ("up", "down"),
    )


NPS = Indicator(
    name="nps",
    label=Text("Net Promoter Score", "NPS (recommandation nette)"),
    family="satisfaction",
    needs=ANSWERS,
    dated_by=DAY_OF_ANSWER,
    units=scored_answers("nps"),
    variants={
        "default": Variant(
            Text("net score", "score net"),
            Text(
                "100 × (answers 9–10 − answers 0–6) / valid answers",
                "100 × (réponses 9–10 − réponses 0–6) / réponses valides",
            ),
            "points",
            "up",
            net_score,
        ),
        "mean": Variant(
            Text("mean likelihood to recommend", "note moyenne de recommandation"),
            Text("sum of scores / valid answers", "somme des notes / réponses valides"),
            "score",
            "up",
            mean_score(),
        ),
        "accounts": Variant(
            Text("one vote per account", "une voix par compte"),
            Text(
                "100 × mean over accounts of (answers 9–10 − answers 0–6 of the account / its valid answers)",
                "100 × moyenne sur les comptes de (réponses 9–10 − réponses 0–6 du compte / ses réponses valides)",
            ),
            "points",
            "up",
            net_score_of_accounts,
            units=accounts,
            carry=("account_id",),
        ),
    },
    parameters=(_scale((0, 10)), _direction("up"), REPEATS),
    apart="survey",
    entity=("customer_id", "wave"),
    source=Text(
        "Reichheld 2003 (Harvard Business Review); interval: Tango 1998, Rocks 2016 (arXiv:1601.07235)",
        "Reichheld 2003 (Harvard Business Review) ; intervalle : Tango 1998, Rocks 2016 (arXiv:1601.07235)",
    ),
    notes=Text(
        "Only a 0–10 question gives an NPS. Relational and transactional surveys are never added together unasked:"
        " filter or break down by survey. One vote per account is for business to business: the account is that of the"
        " customer who answers, and answers without account are left out as unknown.",
        "Seule une question de 0 à 10 donne un NPS. Ne mélangez pas enquêtes relationnelles et à chaud : filtrez ou"
        " ventilez par enquête. Une voix par compte vaut entre entreprises : le compte est celui du client qui répond,"
        " et les réponses sans compte sont écartées comme inconnues.",
    ),
)

CSAT = Indicator(
    name="csat",
    label=Text("Satisfaction (CSAT)", "Satisfaction (CSAT)"),
    family="satisfaction",
    needs=ANSWERS,
    dated_by=DAY_OF_ANSWER,
    units=scored_answers("csat"),
    variants={
        "default": Variant(
            Text("satisfied (top 2 boxes)", "satisfaits (deux meilleures réponses)"),
            Text(
                "answers 4–5 / valid answers (3 boxes: the best; 8 and more: the best three)",
                "réponses 4–5 / réponses valides (3 cases : la meilleure ; 8 et plus : les trois meilleures)",
            ),
            "share",
            "up",
            share(at_least()),
        ),
        "top-box": Variant(
            Text("very satisfied (top box)", "très satisfaits (meilleure réponse)"),
            Text("best answers / valid answers", "meilleures réponses / réponses valides"),
            "share",
            "up",
            share(top_answer),
        ),
        "mean": Variant(
            Text("mean score", "note moyenne"),
            Text("sum of scores / valid answers", "somme des notes / réponses valides"),
            "score",
            "up",
            mean_score(),
        ),
        "index": Variant(
            Text("index from 0 to 100", "indice de 0 à 100"),
            Text("100 × (mean − lowest) / (highest − lowest)", "100 × (moyenne − minimum) / (maximum − minimum)"),
            "points",
            "up",
            index_of_mean,
        ),
        "net": Variant(
            Text("net satisfaction", "satisfaction nette"),
            Text(
                "100 × (top boxes − bottom boxes) / valid answers",
                "100 × (meilleures − moins bonnes réponses) / réponses valides",
            ),
            "points",
            "up",
            net_share(at_least(), bottom_boxes),
        ),
    },
    parameters=(_scale((1, 5)), _direction("up"), REPEATS),
    apart="survey",
    entity=("customer_id", "wave"),
    source=Text(
        "ISO 10004:2018; top-2-box usage; interval: Wilson 1927",
        "ISO 10004:2018 ; usage des deux meilleures notes ; intervalle : Wilson 1927",
    ),
)


def _ces(name: str, label: Text, direction: str, note: Text) -> Indicator:
    return Indicator(
        name=name,
        label=label,
        family="satisfaction",
        needs=ANSWERS,
        dated_by=DAY_OF_ANSWER,
        units=scored_answers("ces_agreement" if name == "ces" else name),
        variants={
            "default": Variant(
                Text("share who found it easy", "part des clients pour qui c’était facile"),
                Text(
                    "answers on the easy side (5–7 of 7 once recoded) / valid answers",
                    "réponses du côté facile (5–7 sur 7 une fois recodées) / réponses valides",
                ),
                "share",
                "up",
                share(easy_from),
            ),
            "mean": Variant(
                Text("mean, as asked", "moyenne, telle que demandée"),
                Text(
                    "sum of answers as asked / valid answers",
                    "somme des réponses telles que posées / valides",
                ),
                "score",
                "down" if direction == "down" else "up",
                mean_score(as_asked),
            ),
            "mean-ease": Variant(
                Text("mean ease (high is easy)", "facilité moyenne (élevé = facile)"),
                Text("sum of recoded answers / valid answers", "somme des réponses recodées / réponses valides"),
                "score",
                "up",
                mean_score(),
            ),
            "net": Variant(
                Text("net ease", "facilité nette"),
                Text(
                    "100 × (easy side − hard side) / valid answers",
                    "100 × (côté facile − côté difficile) / réponses valides",
                ),
                "points",
                "up",
                net_share(easy_from, hard_from),
            ),
        },
        parameters=(_scale((1, 7)), _direction(direction), REPEATS),
        apart="survey",
        entity=("customer_id", "wave"),
        source=Text(
            "Dixon, Freeman, Toman 2010, 2013 (CEB); interval: Wilson 1927",
            "Dixon, Freeman, Toman 2010, 2013 (CEB) ; intervalle : Wilson 1927",
        ),
        notes=note,
    )


CES = _ces(
    "ces",
    Text("Customer effort: agreement (CES 2.0)", "Effort client : accord (CES 2.0)"),
    "up",
    Text(
        "“The company made it easy”: high is easy. Never pooled with the effort or ease wordings.",
        "« L’entreprise m’a facilité la démarche » : élevé = facile. Jamais mélangé aux formulations effort ou"
        " facilité.",
    ),
)
CES_EFFORT = _ces(
    "ces_effort",
    Text("Customer effort: effort spent (CES)", "Effort client : effort consenti (CES)"),
    "down",
    Text(
        "“How much effort did you put in?”: low is good; recoded so that easy is high, the raw mean kept.",
        "« À combien évaluez-vous l’effort que vous avez consenti ? » : bas = bon ; recodé pour que facile soit élevé,"
        " la moyenne brute reste disponible.",
    ),
)
CES_EASE = _ces(
    "ces_ease",
    Text("Customer effort: ease (CES)", "Effort client : facilité (CES)"),
    "up",
    Text("“How easy was it?”: high is easy.", "« À quel point était-ce facile ? » : élevé = facile."),
)


RESPONSE_RATE = Indicator(
    name="response_rate",
    label=Text("Response rate", "Taux de réponse"),
    family="satisfaction",
    needs=(Needs("invitations", ("sent_at",), ("answered_at", "outcome")),),
    dated_by=Text("day of the invitation (cohort)", "jour de l’invitation (cohorte)"),
    units=invited,
    variants={
        "default": Variant(
            Text("complete answers (AAPOR RR1)", "réponses complètes (AAPOR RR1)"),
            Text(
                "complete answers within the window / invitations delivered",
                "réponses complètes dans le délai / invitations délivrées",
            ),
            "share",
            "up",
            share(lambda _query: {COMPLETE}),
        ),
        "with-partial": Variant(
            Text("complete or partial (AAPOR RR2)", "complètes ou partielles (AAPOR RR2)"),
            Text(
                "complete and partial answers / invitations delivered",
                "réponses complètes ou partielles / invitations délivrées",
            ),
            "share",
            "up",
            share(lambda _query: {COMPLETE, PARTIAL}),
        ),
    },
    parameters=(
        Parameter(
            "window_days",
            30,
            Text(
                "days after the invitation in which an answer counts",
                "jours pendant lesquels une réponse compte",
            ),
        ),
    ),
    follow_up="window_days",
    source=Text(
        "AAPOR Standard Definitions 2015; interval: Wilson 1927",
        "AAPOR, Standard Definitions, 2015 ; intervalle : Wilson 1927",
    ),
    notes=Text("Refusals and opt-outs stay in the denominator.", "Refus et désinscriptions restent au dénominateur."),
)

ALL = (NPS, CSAT, CES, CES_EFFORT, CES_EASE, RESPONSE_RATE)
