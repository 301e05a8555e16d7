"""What customers write, in French: sentences by subject and by mood, put together two by two.

No name, no address: nobody can be recognised. Accents, quotes, semicolons and line breaks are there on purpose,
because real comments have them.
"""

from typing import Any

import numpy as np

from timonier.demo.chance import Chance, Ints

RELATION, ENROLMENT, FILE, CARD, REPAYMENT, VISIT, ASKING_VISIT, CONTACT = range(8)
UNHAPPY, MIXED, HAPPY = range(3)

_SENTENCES: dict[tuple[int, int], tuple[str, ...]] = {
    (RELATION, UNHAPPY): (
        "Les cotisations augmentent chaque année et les remboursements, eux, ne bougent pas.",
        "Impossible de comprendre ce qui est pris en charge ; le tableau de garanties est illisible.",
        "J'ai dû appeler trois fois pour la même demande, et à chaque fois tout réexpliquer.",
        "On m'a répondu « c'est la procédure » sans chercher à m'aider.",
        "Je reste faute de mieux, mais je compare déjà ailleurs.",
        "Aucune réponse à mon dernier courriel, envoyé il y a plus de trois semaines.",
        "Le reste à charge en dentaire est bien plus élevé que ce que l'on m'avait annoncé.",
    ),
    (RELATION, MIXED): (
        "Correct dans l'ensemble, mais le site mériterait d'être plus simple.",
        "Bonne mutuelle ; dommage que les délais varient autant d'un mois à l'autre.",
        "Rien à redire sur les remboursements, un peu plus sur l'accueil téléphonique.",
        "Le prix reste raisonnable, les garanties en optique sont un peu justes.",
        "Ni déçu ni emballé : cela fonctionne.",
    ),
    (RELATION, HAPPY): (
        "Remboursements rapides, jamais de mauvaise surprise.",
        "Des conseillers à l'écoute, qui rappellent quand ils disent qu'ils vont rappeler.",
        "Je recommande les yeux fermés, toute ma famille y est passée.",
        "Tout est clair, et quand ça ne l'est pas quelqu'un prend le temps d'expliquer.",
        "Ma demande a été réglée dès le premier appel. Bravo !",
        "Bon rapport qualité-prix, surtout avec le renfort dentaire.",
    ),
    (ENROLMENT, UNHAPPY): (
        "Le formulaire m'a demandé deux fois les mêmes pièces.",
        "J'ai abandonné une première fois : la signature en ligne ne marchait pas sur mon téléphone.",
        "On m'avait promis un mois offert ; je l'attends encore.",
    ),
    (ENROLMENT, MIXED): (
        "Adhésion assez simple, mais beaucoup de courriels de confirmation.",
        "Le devis était clair ; la comparaison des offres l'était moins.",
    ),
    (ENROLMENT, HAPPY): (
        "Adhésion faite en dix minutes, tout en ligne.",
        "La résiliation de mon ancienne mutuelle a été prise en charge : un vrai soulagement.",
        "Le conseiller a trouvé l'offre qu'il me fallait, sans chercher à vendre plus cher.",
    ),
    (FILE, UNHAPPY): (
        "Mon attestation a été refusée sans que l'on me dise pourquoi.",
        "Une pièce manquante, puis une autre, puis encore une autre ; pourquoi ne pas tout demander d'un coup ?",
        "J'ai envoyé mon relevé d'identité bancaire par courrier, il a été « égaré ».",
    ),
    (FILE, MIXED): (
        "Dossier complet en une semaine, cela pourrait aller plus vite.",
        "Le suivi du dossier existe, encore faut-il le trouver.",
    ),
    (FILE, HAPPY): (
        "J'ai pris mes justificatifs en photo et c'était réglé.",
        "Un message à chaque étape du dossier : on sait où l'on en est.",
    ),
    (CARD, UNHAPPY): (
        "Toujours pas de carte de tiers payant, j'ai dû avancer les frais à la pharmacie.",
        "La carte est arrivée avec une erreur sur la date de naissance de mon fils.",
        "Trois semaines pour une carte… et personne ne sait où elle est.",
        "Carte refusée chez l'opticien : « droits non ouverts ».",
        "On m'annonce un envoi « dès demain », puis plus rien.",
        "La carte de l'an dernier n'était plus valable et la nouvelle n'était pas là ; j'ai payé 140 euros.",
        "Impossible de télécharger la carte dans l'espace adhérent, la page tourne sans fin.",
        "Il m'a fallu deux appels et un courriel pour recevoir une simple carte.",
    ),
    (CARD, MIXED): (
        "La carte est arrivée, un peu tard, mais elle fonctionne.",
        "Carte reçue ; il manquait celle de mon conjoint.",
        "J'aurais préféré une carte sur téléphone plutôt que du papier.",
    ),
    (CARD, HAPPY): (
        "Carte reçue dès le surlendemain, rien à dire.",
        "La carte dématérialisée est très pratique chez le pharmacien.",
    ),
    (REPAYMENT, UNHAPPY): (
        "Le décompte ne correspond pas au devis que vous aviez accepté.",
        "Remboursement partiel, sans aucune explication.",
        "Quinze jours d'attente alors que la Sécurité sociale avait payé en cinq.",
    ),
    (REPAYMENT, MIXED): (
        "Remboursé dans les temps, mais le détail est difficile à lire.",
        "Le virement est arrivé ; le relevé, non.",
    ),
    (REPAYMENT, HAPPY): (
        "Remboursé en 48 heures, je ne m'y attendais pas !",
        "Tout s'est fait tout seul, par télétransmission.",
        "Le simulateur annonçait le bon montant, au centime près.",
    ),
    (VISIT, UNHAPPY): (
        "Une seule personne à l'accueil et quarante minutes d'attente.",
        "Agence fermée alors que le site l'annonçait ouverte.",
        "Le conseiller n'avait pas accès à mon dossier ; je suis reparti comme j'étais venu.",
    ),
    (VISIT, MIXED): (
        "Bon accueil, mais il faut prendre rendez-vous longtemps à l'avance.",
        "Réponse obtenue, même si j'ai un peu attendu.",
    ),
    (VISIT, HAPPY): (
        "Accueil chaleureux, conseils utiles, je suis ressortie rassurée.",
        "On a pris le temps de m'expliquer mes garanties, calmement.",
        "Rendez-vous à l'heure et dossier réglé sur place.",
    ),
    (ASKING_VISIT, UNHAPPY): (
        "On m'a demandé de mettre 10 avant même de traiter ma demande.",
        "Le conseiller insiste pour avoir un 10 ; je mets la note que je pense.",
    ),
    (ASKING_VISIT, MIXED): (
        "Le conseiller m'a dit que « en dessous de 10, ça compte comme zéro » pour lui.",
        "Accueil ordinaire ; on m'a surtout parlé du questionnaire.",
    ),
    (ASKING_VISIT, HAPPY): (
        "Le conseiller m'a demandé un 10, alors je mets 10.",
        "10 comme promis !",
        "Il m'a dit que sa prime dépendait de ma note.",
        "Très bon accueil.",
    ),
    (CONTACT, UNHAPPY): (
        "On m'a transféré de service en service, puis la ligne a coupé.",
        "La réponse reçue était un message tout fait, sans rapport avec ma question.",
        "Je dois rappeler demain parce que « le système est lent ».",
        "Personne ne retrouve mon dossier ; c'est la deuxième fois.",
    ),
    (CONTACT, MIXED): (
        "Réponse correcte, attente un peu longue.",
        "Problème réglé en partie, j'attends une confirmation écrite.",
    ),
    (CONTACT, HAPPY): (
        "Réponse claire du premier coup, merci à la personne que j'ai eue.",
        "Réglé en cinq minutes par chat.",
        "Conseillère efficace et souriante, ça s'entend au téléphone.",
    ),
}

_ENDINGS: dict[int, tuple[str, ...]] = {
    UNHAPPY: (
        " Je suis très déçu.",
        " C'est inadmissible.",
        " À ce prix-là, on s'attend à mieux.",
        "\nJ'attends toujours un geste de votre part.",
        " Bref : à revoir !",
        "\n\nSi rien ne change, je résilierai à l'échéance.",
    ),
    MIXED: (
        " Peut mieux faire.",
        " À suivre…",
        "\nPensez aux personnes qui n'utilisent pas internet.",
        ' Sinon, "RAS".',
    ),
    HAPPY: (
        " Merci à toute l'équipe.",
        " Continuez ainsi !",
        "\nRien à améliorer pour ma part.",
        " Très satisfaite.",
    ),
}
_WITH_ENDING = 0.45
_MOODS = 3


def sentence_count() -> int:
    """How many sentences there are, endings included."""
    return sum(map(len, _SENTENCES.values())) + sum(map(len, _ENDINGS.values()))


def comments(chance: Chance, subject: Ints, mood: Ints) -> Any:
    """A comment for each row, as an Arrow array of text; none where the subject is negative."""
    import pyarrow as pa
    from pyarrow import compute as pc

    groups = [_SENTENCES[subject, mood] for subject in range(CONTACT + 1) for mood in range(_MOODS)]
    sentence = _drawn(groups, chance.uniform("sentence"), subject * _MOODS + mood)
    endings = [("",), *(_ENDINGS[mood] for mood in range(_MOODS))]
    ending = _drawn(endings, chance.uniform("ending"), np.where(chance.true("ends", _WITH_ENDING), mood + 1, 0))
    text = pc.binary_join_element_wise(sentence, ending, "")
    return pc.if_else(pa.array(subject >= 0), text, pa.scalar(None, pa.string()))


def _drawn(groups: list[tuple[str, ...]], uniform: Any, group: Ints) -> Any:
    """One sentence of the group of each row."""
    import pyarrow as pa

    sizes = np.array([len(group) for group in groups])
    starts = np.cumsum(sizes) - sizes
    index = np.maximum(group, 0)
    return pa.array([one for group in groups for one in group]).take(
        pa.array(starts[index] + np.floor(uniform * sizes[index]).astype(np.int64))
    )
