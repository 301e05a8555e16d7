"""Why a number moves: drivers, links between opinion and behaviour, control charts, effect of an action."""
