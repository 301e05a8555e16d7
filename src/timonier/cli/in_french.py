"""The French of the help pages, by their English: docstrings and options keep the English, which typer reads there."""

from collections.abc import Mapping

FRENCH: Mapping[str, str] = {
    # what typer writes
    "Arguments": "Arguments",
    "Options": "Options",
    "Commands": "Commandes",
    "COMMAND [ARGS]...": "COMMANDE [ARGS]...",
    "required": "obligatoire",
    "default": "par défaut",
    "env var": "variable",
    "Show this message and exit.": "Afficher cette aide.",
    "Install completion for the current shell.": "Installer la complétion dans l’interpréteur de commandes.",
    "Show completion for the current shell, to copy it or customize the installation.": (
        "Afficher la complétion, pour la copier ou l’adapter."
    ),
    # the program
    "Steer your customer relationship: indicators that can be trusted, from your own files.": (
        "Pilotez votre relation client : des indicateurs fiables, tirés de vos propres fichiers."
    ),
    "Exit codes and every option: docs/reference/cli.md": (
        "Codes de sortie et toutes les options : docs/reference/cli.md"
    ),
    "Print the version and exit.": "Afficher la version.",
    "Language of the answer (default: TIMONIER_LANG, the locale, the workspace).": (
        "Langue de la réponse (par défaut : TIMONIER_LANG, la locale, l’espace de travail)."
    ),
    "Show the traceback of an unexpected error.": "Afficher la trace d’une erreur inattendue.",
    # options of several commands
    "How to write the answer.": "Forme de la réponse.",
    "How to write it.": "Forme de la réponse.",
    "Folder of the workspace (it holds timonier.toml).": "Dossier de l’espace de travail (celui de timonier.toml).",
    "First day of the period: 2026-01-01.": "Premier jour de la période : 2026-01-01.",
    "Last day of the period, included: 2026-12-31.": "Dernier jour de la période, compris : 2026-12-31.",
    "The last complete days, weeks, months, quarters or years: 90d, 4w, 12m, 4q, 2y.": (
        "Les derniers jours, semaines, mois, trimestres ou années complets : 90d, 4w, 12m, 4q, 2y."
    ),
    "One figure a period of this kind.": "Un chiffre par période de ce genre.",
    "One figure a value of it; may be repeated.": "Un chiffre par valeur ; peut être répétée.",
    "Keep the facts that meet it: \"segment = 'pme'\".": "Ne garder que les faits tels que : \"segment = 'pme'\".",
    "Confidence of the intervals, between 0 and 1.": "Confiance des intervalles, entre 0 et 1.",
    "Interval method, where an indicator offers several (see explain).": (
        "Méthode d’intervalle, quand un indicateur en offre plusieurs (voir explain)."
    ),
    "Below this many units a figure is not shown.": "Sous cet effectif, un chiffre n’est pas montré.",
    "Another variant.": "Une autre variante.",
    "A parameter.": "Un paramètre.",
    "Sheet of a workbook.": "Feuille d’un classeur.",
    # score
    "Compute the scorecard: each indicator with its interval, its n, its change and whether it is noise.": (
        "Calculer le tableau de bord : chaque indicateur avec son intervalle, son effectif, son évolution, et si elle "
        "sort du bruit."
    ),
    "Without a period: the last 12 complete months that the facts cover, compared with the 12 months before.": (
        "Sans période : les 12 derniers mois complets que couvrent les faits, comparés aux 12 mois d’avant."
    ),
    "Compute this one only; may be repeated.": "Ne calculer que celui-ci ; peut être répétée.",
    "The period to compare with.": "La période de comparaison.",
    "Use only what was known at the end of that day.": "S’en tenir à ce qui était connu à la fin de ce jour.",
    "Another variant of an indicator (see explain).": "Une autre variante d’un indicateur (voir explain).",
    "A parameter of an indicator (see explain).": "Un paramètre d’un indicateur (voir explain).",
    "Read the sums kept by day, or the facts themselves.": "Lire les sommes par jour, ou les faits eux-mêmes.",
    "Count each answer for its weight, answers.weight (default: as in the settings).": (
        "Compter chaque réponse pour son poids, answers.weight (par défaut : selon les réglages)."
    ),
    # explain, rows
    "Say what an indicator means: its formula in words, what it reads, its choices, its source.": (
        "Dire ce que signifie un indicateur : sa formule en mots, ce qu’il lit, ses choix, sa source."
    ),
    "The indicators declared in the workspace, where there is one, are listed too.": (
        "Les indicateurs déclarés dans l’espace de travail, s’il y en a un, figurent aussi dans la liste."
    ),
    "An indicator; none: list them all.": "Un indicateur ; aucun : la liste de tous.",
    "Show the rows behind a figure, and what each counts for (promoter, left out as a duplicate…).": (
        "Montrer les lignes derrière un chiffre, et pour quoi chacune compte (promoteur, écartée car en double…)."
    ),
    "The indicator.": "L’indicateur.",
    "At most this many rows, the latest first.": "Au plus tant de lignes, les dernières d’abord.",
    "Only these columns, in this order.": "Ces colonnes seulement, dans cet ordre.",
    "Show what people wrote.": "Montrer ce que les gens ont écrit.",
    # kpi
    "Compute one indicator on one file, without a workspace.": (
        "Calculer un indicateur sur un fichier, sans espace de travail."
    ),
    "Columns that are not named are found by their usual names, French or English, and told on stderr.": (
        "Les colonnes qui ne sont pas nommées sont trouvées par leurs noms usuels, français ou anglais, et dites sur "
        "stderr."
    ),
    "The indicator (`timonier explain` lists them).": "L’indicateur (`timonier explain` les énumère).",
    "CSV, XLSX, ODS, Parquet, JSON Lines…": "CSV, XLSX, ODS, Parquet, JSON Lines…",
    "Column of the scores.": "Colonne des notes.",
    "Lowest and highest answer: 1:5.": "Plus basse et plus haute réponse : 1:5.",
    "Whether a high answer is good (up) or bad.": "Si une réponse haute est bonne (up) ou mauvaise (down).",
    "Column of the customers.": "Colonne des clients.",
    "Column of the amounts.": "Colonne des montants.",
    "Column of the dates.": "Colonne des dates.",
    "Any other column that it reads.": "Toute autre colonne qu’il lit.",
    "Last day that the file tells of (else its last date).": (
        "Dernier jour dont parle le fichier (sinon sa dernière date)."
    ),
    "Column of the weights.": "Colonne des poids.",
    "Below it, nothing is shown.": "En dessous, rien n’est montré.",
    "How dates are written.": "Ordre des dates.",
    "Decimal mark of the numbers.": "Séparateur décimal des nombres.",
    # init, inspect, load
    "Create a workspace: a folder for one company, with its settings and its facts.": (
        "Créer un espace de travail : le dossier d’une entreprise, avec ses réglages et ses faits."
    ),
    "Where; it is made when it does not exist.": "Où ; il est créé s’il n’existe pas.",
    "Time zone of the business: Europe/Paris.": "Fuseau horaire de l’entreprise : Europe/Paris.",
    "Currency of the amounts: EUR.": "Monnaie des montants : EUR.",
    "Language of the workspace (default: yours).": "Langue de l’espace de travail (par défaut : la vôtre).",
    "Look at a file and propose a recipe: what was detected, what is ambiguous and left for you to settle.": (
        "Regarder un fichier et proposer une recette : ce qui est reconnu, ce qui est ambigu et vous revient."
    ),
    "The file to look at.": "Le fichier à regarder.",
    "Write the proposed recipe there.": "Écrire là la recette proposée.",
    "The fact table that it holds, if you know.": "La table de faits qu’il contient, si vous la connaissez.",
    "Load files into the workspace. The same file twice changes nothing; Ctrl-C leaves nothing half done.": (
        "Charger des fichiers dans l’espace de travail. Le même fichier deux fois ne change rien ; Ctrl-C ne laisse "
        "rien à moitié fait."
    ),
    "The recipe (TOML): what each column becomes.": "La recette (TOML) : ce que devient chaque colonne.",
    "Files, or folders of them.": "Des fichiers, ou des dossiers de fichiers.",
    "Do everything but keep nothing.": "Tout faire, mais ne rien garder.",
    # demo
    "Generate a fictional company, load its exports with their recipes, print its scorecard, start its pages.": (
        "Inventer une entreprise, charger ses exports par leurs recettes, afficher son tableau de bord, démarrer ses "
        "pages."
    ),
    "What is true of it was planted, and is documented in docs/: see whether the figures find it. A second run starts "
    "the pages at once. Ctrl-C stops all of it.": (
        "Ce qui est vrai d’elle a été planté, et documenté dans docs/ : voyez si les chiffres le retrouvent. Relancée, "
        "la commande démarre aussitôt les pages. Ctrl-C arrête tout."
    ),
    "Start the web application on it.": "Démarrer l’application web dessus.",
    "1,000 to 10,000,000.": "De 1 000 à 10 000 000.",
    "Another company of the same kind.": "Une autre entreprise du même genre.",
    "Where; a second run keeps what is there.": "Où ; relancée, la commande garde ce qui s’y trouve.",
    # doctor, repair, compact, rollup
    "Say what is set and where it comes from, what is stored, and whether it is sound (else exit code 7).": (
        "Dire ce qui est réglé et d’où cela vient, ce qui est stocké, et si tout est sain (sinon, code de sortie 7)."
    ),
    "Read every data file, not only the last ones.": "Lire tous les fichiers de données, pas seulement les derniers.",
    "Repair what is damaged, then look.": "Réparer ce qui est abîmé, puis regarder.",
    "Repair what a power cut or a failing disk damaged; names the sources to load again, if any.": (
        "Réparer ce qu’une coupure de courant ou un disque défaillant a abîmé ; nomme les sources à recharger, s’il y "
        "en a."
    ),
    "Join small files, and remove those that no recent version needs. Figures do not change.": (
        "Réunir les petits fichiers, et retirer ceux dont aucune version récente n’a besoin. Les chiffres ne changent "
        "pas."
    ),
    "Old versions stay readable for this many days.": "Les anciennes versions restent lisibles tant de jours.",
    "Bring the sums kept by day up to date. `score` does it by itself: this does it ahead.": (
        "Mettre à jour les sommes par jour. `score` le fait de lui-même : ceci le fait d’avance."
    ),
    # serve, worker
    "Start the web application: the database, the jobs, the pages. Ctrl-C stops all of it.": (
        "Démarrer l’application web : la base, les tâches, les pages. Ctrl-C arrête le tout."
    ),
    "Do the jobs of the web application, apart from its pages. Needs DATABASE_URL.": (
        "Faire les tâches de l’application web, à part de ses pages. Demande DATABASE_URL."
    ),
    "The address to listen on.": "L’adresse d’écoute.",
    "The port to listen on.": "Le port d’écoute.",
    "Do the jobs here too.": "Faire aussi les tâches ici.",
    # erase
    "Erase a person from every table, old files and logs included. It cannot be undone.": (
        "Effacer une personne de toutes les tables, anciens fichiers et journaux compris. C’est sans retour."
    ),
    "Reports already published and backups are not reached.": (
        "Les rapports déjà publiés et les sauvegardes ne sont pas atteints."
    ),
    "Identifier of the customer (or account).": "Identifiant du client (ou du compte).",
    "The identifier is that of an account: erase it with its customers.": (
        "L’identifiant est celui d’un compte : l’effacer avec ses clients."
    ),
    "Do not ask to type the identifier again.": "Ne pas demander de retaper l’identifiant.",
}
