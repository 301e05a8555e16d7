"""The fixed facts of the Mutuelle des Deux Rives, a company that does not exist: regions, stores, segments, names."""

from timonier.demo.truths import TRUTHS

NAME = "Mutuelle des Deux Rives (fictive)"

SEGMENTS = ("particulier", "pro", "pme", "grand compte")
BUYER, REQUESTER, USER = "acheteur", "demandeur", "utilisateur"
ROLES = (BUYER, REQUESTER, USER)

REGION_WEIGHTS = {
    "Auvergne-Rhône-Alpes": 0.07,
    "Bourgogne-Franche-Comté": 0.05,
    "Bretagne": 0.11,
    "Centre-Val de Loire": 0.05,
    "Grand Est": 0.07,
    "Hauts-de-France": 0.07,
    "Île-de-France": 0.14,
    "Normandie": 0.07,
    "Nouvelle-Aquitaine": 0.12,
    "Occitanie": 0.07,
    "Pays de la Loire": 0.12,
    "Provence-Alpes-Côte d’Azur": 0.06,
}
REGIONS = tuple(REGION_WEIGHTS)

# How the company is run: each region answers to a delegation. The programme is that of one of them.
DELEGATIONS = {
    "Grand Ouest": TRUTHS.treated_regions,
    "Île-de-France": ("Île-de-France",),
    "Nord-Est": ("Bourgogne-Franche-Comté", "Centre-Val de Loire", "Grand Est", "Hauts-de-France"),
    "Sud-Est": ("Auvergne-Rhône-Alpes", "Provence-Alpes-Côte d’Azur"),
}
DELEGATION_OF = tuple(
    next(name for name, regions in DELEGATIONS.items() if region in regions) for region in REGION_WEIGHTS
)
"""The delegation of each region, in the order of REGIONS."""

# Two stores a region, in the order of REGIONS; the towns are invented.
STORES = (
    "Agence de Montfaucel",
    "Agence de Clairevigne",
    "Agence de Saint-Orbin",
    "Agence de Vauxmerle",
    "Agence de Lanvédec",
    "Agence de Port-Mélian",
    "Agence de Beaurillac",
    "Agence de Châtelorme",
    "Agence de Hautebrunn",
    "Agence de Rosenfels",
    "Agence de Wambrecourt",
    "Agence de Fontlys",
    TRUTHS.asking_store,
    "Agence de Bréval-le-Pont",
    "Agence d’Arquemont",
    "Agence de Villefontel",
    "Agence de Castelorne",
    "Agence de Saint-Aubrac-sur-Lonne",
    "Agence de Roquebelle",
    "Agence de Montsérac",
    "Agence de Belrivière",
    "Agence de Corsaint",
    "Agence de Mirefont",
    "Agence de Valbrune",
)
FIRST_STORE_SHARE = 0.6

OFFERS = ("Essentielle", "Équilibre", "Confort", "Intégrale")
OFFER_WEIGHTS = (0.3, 0.35, 0.25, 0.1)
YEARLY_FEE = {"particulier": 640.0, "pro": 1150.0, "pme": 14_500.0, "grand compte": 128_000.0}

PRODUCTS = (
    ("Renfort optique", "optique"),
    ("Renfort dentaire", "dentaire"),
    ("Renfort audition", "audition"),
    ("Renfort hospitalisation", "hospitalisation"),
    ("Médecines douces", "bien-être"),
    ("Téléassistance", "assistance"),
    ("Assistance à domicile", "assistance"),
    ("Capital décès", "prévoyance"),
    ("Indemnités journalières", "prévoyance"),
)
REASONS = ("remboursement", "carte de tiers payant", "cotisation", "garanties", "espace adhérent", "résiliation")
REASON_WEIGHTS = (0.34, 0.24, 0.12, 0.14, 0.1, 0.06)
END_REASONS = ("résiliation", "échéance", "impayé", "décès")
END_WEIGHTS = (0.58, 0.27, 0.11, 0.04)
MOVED_UP = "changement d’offre"
