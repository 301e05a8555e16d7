"""What the settings pages call types, units, directions and actions."""

from collections.abc import Mapping

from timonier.text import Text

KINDS: Mapping[str, Text] = {
    "text": Text("text", "texte"),
    "int": Text("whole number", "nombre entier"),
    "float": Text("number", "nombre"),
    "bool": Text("true or false", "vrai ou faux"),
    "money": Text("amount", "montant"),
    "instant": Text("date and time", "date et heure"),
    "date": Text("date", "date"),
}
UNITS: Mapping[str, Text] = {
    "share": Text("share (%)", "part (%)"),
    "per_1000": Text("per 1,000", "pour 1 000"),
    "money": Text("amount", "montant"),
    "days": Text("days", "jours"),
    "score": Text("score", "note"),
    "ratio": Text("ratio", "rapport"),
}
DIRECTIONS: Mapping[str, Text] = {
    "up": Text("higher is better", "plus haut vaut mieux"),
    "down": Text("lower is better", "plus bas vaut mieux"),
    "none": Text("neither way is better", "sans sens préféré"),
}
ACTIONS: Mapping[str, Text] = {
    "signed_in": Text("signed in", "s’est connecté"),
    "demo_notes_added": Text("notes of the demo company added", "repères de l’entreprise de démonstration ajoutés"),
    "sign_in_link_made": Text("sign-in link made on the console", "lien de connexion créé dans la console"),
    "sign_in_link_used": Text("signed in by the link of the console", "connexion par le lien de la console"),
    "invited": Text("invited someone", "a invité quelqu’un"),
    "password_reset_offered": Text("offered a new password", "a proposé un nouveau mot de passe"),
    "password_chosen": Text("chose a new password", "a choisi un nouveau mot de passe"),
    "password_changed": Text("changed their password", "a changé son mot de passe"),
    "factor_added": Text("added a second factor", "a ajouté un second facteur"),
    "factor_removed": Text("removed a second factor", "a retiré un second facteur"),
    "recovery_codes_made": Text("made new recovery codes", "a créé de nouveaux codes de secours"),
    "identity_connected": Text("connected a single sign-on identity", "a relié une identité de connexion unique"),
    "sign_in_failed": Text("failed sign-in", "connexion refusée"),
    "joined": Text("opened their account", "a ouvert son compte"),
    "access_changed": Text("changed someone’s access", "a modifié l’accès de quelqu’un"),
    "invitation_revoked": Text("withdrew an invitation", "a retiré une invitation"),
    "second_factors_forgotten": Text("removed second factors", "a retiré des seconds facteurs"),
    "settings_changed": Text("changed settings", "a modifié les réglages"),
    "dimension_added": Text("added a dimension", "a ajouté une dimension"),
    "dimension_removed": Text("removed a dimension", "a retiré une dimension"),
    "indicator_added": Text("added an indicator", "a ajouté un indicateur"),
    "indicator_changed": Text("changed an indicator", "a modifié un indicateur"),
    "indicator_removed": Text("removed an indicator", "a retiré un indicateur"),
    "target_set": Text("set a target", "a fixé un objectif"),
    "target_removed": Text("removed a target", "a supprimé un objectif"),
    "benchmark_added": Text("added a benchmark", "a ajouté un repère"),
    "benchmark_removed": Text("removed a benchmark", "a supprimé un repère"),
    "annotation_added": Text("added an annotation", "a ajouté une annotation"),
    "annotation_removed": Text("removed an annotation", "a supprimé une annotation"),
    "view_saved": Text("saved a view", "a enregistré une vue"),
    "view_removed": Text("removed a view", "a retiré une vue"),
    "shared": Text("made a share link", "a créé un lien de partage"),
    "share_revoked": Text("revoked a share link", "a révoqué un lien de partage"),
    "exported": Text("exported figures or rows", "a exporté des chiffres ou des lignes"),
    "intake.load_started": Text("started a load", "a lancé un chargement"),
    "intake.load_finished": Text("load finished", "chargement terminé"),
    "intake.load_cancelled": Text("load cancelled", "chargement annulé"),
    "intake.load_failed": Text("load failed", "chargement en échec"),
    "intake.recipe_saved": Text("saved a recipe", "a enregistré une recette"),
    "audit_exported": Text("exported the audit log", "a exporté le journal d’audit"),
}
