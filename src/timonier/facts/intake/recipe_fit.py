"""Whether a recipe fits a file: every column that it names is there."""

from timonier.errors import RecipeError
from timonier.facts.intake.contract import Source
from timonier.facts.intake.recipe_model import Recipe
from timonier.facts.intake.recipe_values import did_you_mean
from timonier.text import Text


def check_columns(recipe: Recipe, source: Source) -> None:
    """Raises RecipeError for the first column that the file does not have, proposing the closest one."""
    for table in recipe.tables:
        for name, where in table.used_columns().items():
            if name in source.columns:
                continue
            listing = ", ".join(source.columns[:20])
            hint = did_you_mean(name, source.columns)
            raise RecipeError(
                Text(
                    f"the file {source.name} has no column « {name} ».",
                    f"le fichier {source.name} n’a pas de colonne « {name} ».",
                ),
                where=where,
                hint=hint or Text(f"It has: {listing}.", f"Il a : {listing}."),
            )
