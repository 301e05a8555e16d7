"""`docs/demo-company.md`, written from the planted values: `python -m timonier.demo.page docs/demo-company.md`."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from timonier.demo.company import NAME
from timonier.demo.generator import END, SEED
from timonier.demo.truths import Truths
from timonier.demo.window import MONTHS, Window
from timonier.text import Lang, Text, say

_INTRODUCTION = Text(
    f"""The {NAME} does not exist. It is a French mutual insurer that sells online, drawn
from a seed: {MONTHS} months of customers, prospects, carts, orders, contracts, contacts, journey steps,
costs, invitations and answers. Nobody in it is real, nor are its towns and its comments.

It exists to be checked. Whatever is measured in it was put there on purpose, with the values below, which the
generator itself reads (`timonier.demo.truths`). An engine that is right finds each of them within its own interval.

```python
from pathlib import Path
from timonier.demo import generate

made = generate(Path("demo"), customers=1_000)
print(made.start, made.programme, made.end)
```

The same seed gives the same bytes. From 1,000 to 10 million customers; from 200,000 on, the tables are
Parquet instead of CSV. `exports/` holds one file a table, `recipes/` the recipe that loads each, and
`timonier.toml` the settings of the workspace.""",
    f"""La {NAME} n’existe pas. C’est une mutuelle française qui vend en ligne, tirée
d’une graine : {MONTHS} mois de clients, de prospects, de paniers, de commandes, de contrats, de contacts,
d’étapes du parcours, de coûts, d’invitations et de réponses. Personne n’y
est réel, pas plus que ses villes et ses verbatims.

Elle est là pour être vérifiée. Tout ce qui s’y mesure a été placé exprès, avec les valeurs ci-dessous, que le
générateur lit lui-même (`timonier.demo.truths`). Un moteur juste retrouve chacune d’elles dans son intervalle.

La même graine donne les mêmes octets. De 1 000 à 10 millions de clients ; à partir de 200 000, les tables sont en
Parquet et non plus en CSV. `exports/` contient un fichier par table, `recipes/` la recette qui charge chacun, et
`timonier.toml` les réglages de l’espace de travail.""",
)
_STORIES = Text(
    """- **The programme.** In the five regions of the delegation Grand Ouest, first contact resolution rises, NPS gains
  20 points and retention goes from 55% to 70%. The other delegations do not move: they are the controls.
- **The step that hurts.** The third-party-payment card makes detractors, although most cards leave on time.
- **The store that asks for tens.** Its share of tens is three times that of the others; its customers leave all the
  same.
- **The wording that changes.** The effort question becomes an agreement question after a year: two series.
- **The response rate that falls**, a little at each wave.
- **Seasons.** Sales peak from November to January, contacts in January and September, departures in December and
  January.
- **The blemishes of a real export**: “NSP”, empty scores, an 11, a 9,5, test answers, lines that appear twice,
  people who answer the same wave twice. Prospects, carts and requests of the last days are immature.""",
    """- **Le programme.** Dans les cinq régions de la délégation Grand Ouest, la résolution au premier contact monte,
  le NPS gagne 20 points et la rétention passe de 55 % à 70 %. Les autres délégations ne bougent pas : ce sont les
  témoins.
- **L’étape qui fait mal.** La carte de tiers payant fabrique des détracteurs, bien que la plupart partent à temps.
- **L’agence qui réclame des 10.** Sa part de 10 est le triple de celle des autres ; ses clients partent
  tout autant.
- **La question qui change.** La question sur l’effort devient une question d’accord au bout d’un an : deux séries.
- **Le taux de réponse qui baisse**, un peu à chaque vague.
- **Les saisons.** Les ventes culminent de novembre à janvier, les contacts en janvier et en septembre, les départs en
  décembre et en janvier.
- **Les défauts d’un export réel** : « NSP », notes vides, un 11, un 9,5, réponses de test, lignes en double,
  personnes qui répondent deux fois à la même vague. Les prospects, paniers et demandes des derniers jours sont
  immatures.""",
)
_NOT_PLANTED = Text(
    """Not planted, hence not to be looked for: a link between a person’s score and their departure, differences of
satisfaction between regions outside the programme, an effect of the adviser, revenue retention.""",
    """N’est pas planté, donc à ne pas chercher : un lien entre la note d’une personne et son départ, des écarts de
satisfaction entre régions hors programme, un effet du conseiller, la rétention du revenu.""",
)


def planted_rows(truths: Truths) -> list[tuple[Text, Text]]:
    """Every planted value: what it is, and its value as written in the table."""
    share, number = _percent, _number
    regions = ", ".join(truths.treated_regions)
    rows = [
        (Text("treated regions", "régions traitées"), Text(regions, regions)),
        (Text("customers already there at the start", "clients déjà là au début"), share(truths.present_at_start)),
        (Text("yearly retention, before and in the controls", "rétention sur 12 mois, avant et chez les témoins"),
         share(truths.retention_before)),
        (Text("yearly retention, treated", "rétention sur 12 mois, traités"), share(truths.retention_treated)),
        (Text("first contact resolution, before and controls", "résolution au premier contact, avant et témoins"),
         share(truths.fcr_before)),
        (Text(f"first contact resolution, treated, after {truths.fcr_ramp_months} months of rise",
              f"résolution au premier contact, traités, après {truths.fcr_ramp_months} mois de montée"),
         share(truths.fcr_treated)),
        (Text(f"gain of NPS, treated, half of it during {truths.nps_ramp_months} months",
              f"gain de NPS, traités, dont la moitié pendant {truths.nps_ramp_months} mois"), number(truths.nps_gain)),
        (Text("NPS after a branch visit", "NPS après une visite en agence"), number(truths.nps_visit)),
        (Text("share of tens after a visit", "part de 10 après une visite"), share(truths.tens_visit)),
        (Text(f"share of tens, {truths.asking_store}", f"part de 10, {truths.asking_store}"),
         share(truths.tens_asking_store)),
        (Text("CSAT, request resolved at first contact", "CSAT, demande résolue au premier contact"),
         share(truths.csat_resolved)),
        (Text("CSAT, request not resolved", "CSAT, demande non résolue"), share(truths.csat_unresolved)),
        (Text("CES (easy), request resolved", "CES (facile), demande résolue"), share(truths.ces_easy_resolved)),
        (Text("CES (easy), not resolved", "CES (facile), non résolue"), share(truths.ces_easy_unresolved)),
        (Text("CES (easy), member area", "CES (facile), espace adhérent"), share(truths.ces_easy_area)),
        (Text("response rate, first wave", "taux de réponse, première vague"), share(truths.response_first_wave)),
        (Text("fall at each wave", "baisse à chaque vague"), share(truths.response_fall_per_wave)),
        (Text("response rate after a step", "taux de réponse après une étape"), share(truths.response_journey)),
        (Text("response rate after a visit", "taux de réponse après une visite"), share(truths.response_visit)),
        (Text("response rate after a contact", "taux de réponse après un contact"), share(truths.response_contact)),
        (Text("invitations that bounce", "invitations revenues"), share(truths.bounced)),
        (Text("carts abandoned", "paniers abandonnés"), share(truths.cart_abandoned)),
        (Text("abandoned carts recovered within 7 days", "paniers abandonnés récupérés sous 7 jours"),
         share(truths.cart_recovery)),
        (Text("– among those written to", "– parmi les relancés"), share(truths.recovered_contacted)),
        (Text("– among those left alone", "– parmi les autres"), share(truths.recovered_left_alone)),
        (Text("orders cancelled", "commandes annulées"), share(truths.cancelled)),
        (Text("orders whose main line comes back", "commandes dont la ligne principale revient"),
         share(truths.refunded)),
        (Text("cross-sell (additional lines / lines)", "vente croisée (lignes additionnelles / lignes)"),
         share(truths.cross_sell)),
        (Text("up-sell, of requests below the top", "montée en gamme, des demandes sous le haut"),
         share(truths.upsold)),
        (Text("up-sell, of all known requests", "montée en gamme, de toutes les demandes connues"),
         share(truths.upsold_of_known)),
        (Text("downsell, of requests above the bottom", "descente en gamme, des demandes au-dessus du bas"),
         share(truths.downsold)),
        (Text("cards sent by D+1 (jours ouvrés)", "cartes envoyées à J+1 (jours ouvrés)"),
         share(truths.cards_in_time)),
    ]  # fmt: skip
    return rows + _by_group(truths)


def _by_group(truths: Truths) -> list[tuple[Text, Text]]:
    groups: list[tuple[Text, Mapping[str, Text]]] = [
        (Text("relational NPS", "NPS relationnel"), _each(truths.nps_relational, _number)),
        (Text("NPS after the step", "NPS après l’étape"), _each(truths.nps_by_step, _number)),
        (Text("conversion within 30 days", "conversion sous 30 jours"), _each(truths.conversion_30_days, _percent)),
        (Text("acquisition cost", "coût d’acquisition"), _each(truths.cac, _euros)),
        (Text("average basket", "panier moyen"), _each(truths.basket, _euros)),
        (
            Text("contacts that are complaints", "contacts qui sont des réclamations"),
            _each(truths.complaints, _percent),
        ),
    ]
    return [
        (Text(f"{label.en}, {name}", f"{label.fr}, {name}"), value)
        for label, values in groups
        for name, value in values.items()
    ]


def _each(values: Mapping[str, float], write: Callable[[float], Text]) -> Mapping[str, Text]:
    return {name: write(value) for name, value in values.items()}


def _number(value: float) -> Text:
    return _written(f"{value:g}".replace("-", "−"))


def _percent(value: float) -> Text:
    return _written(f"{100 * value:.4g}", Text("%", " %"))


def _euros(value: float) -> Text:
    return Text(f"€{value:,.2f}", f"{value:,.2f} €".replace(",", "\u202f").replace(".", ","))


def _written(number: str, unit: Text = Text("", "")) -> Text:  # noqa: B008 - a constant
    return Text(number + unit.en, number.replace(".", ",") + unit.fr)


def truths_page(truths: Truths) -> str:
    """The whole page, in English then in French, one level lower."""
    french = _part(truths, "fr").replace("\n## ", "\n### ").replace("# ", "## ", 1)
    return f"{_part(truths, 'en')}\n\n{french}\n"


def _part(truths: Truths, lang: Lang) -> str:
    window = Window(END, truths.programme_months)
    titles = {
        "title": Text("# The demo company", "# L’entreprise de démonstration"),
        "stories": Text("## What happens in it", "## Ce qui s’y passe"),
        "values": Text("## Planted values", "## Valeurs plantées"),
        "head": Text("| what | value |", "| quoi | valeur |"),
    }
    dates = Text(
        f"By default: seed {SEED}, from {window.start} to {window.end}; the programme starts on {window.programme}.",
        f"Par défaut : graine {SEED}, du {window.start:%d/%m/%Y} au {window.end:%d/%m/%Y} ; le programme commence le"
        f" {window.programme:%d/%m/%Y}.",
    )
    table = [say(titles["head"], lang), "|---|---|"]
    table += [f"| {say(what, lang)} | {say(value, lang)} |" for what, value in planted_rows(truths)]
    return "\n\n".join(
        (
            say(titles["title"], lang),
            say(_INTRODUCTION, lang),
            say(titles["stories"], lang),
            say(_STORIES, lang),
            say(_NOT_PLANTED, lang),
            say(titles["values"], lang),
            say(dates, lang),
            "\n".join(table),
        )
    )


if __name__ == "__main__":
    from timonier.demo.truths import TRUTHS

    Path(sys.argv[1]).write_text(truths_page(TRUTHS), encoding="utf-8")
