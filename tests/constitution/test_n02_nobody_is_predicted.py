"""N2: nobody's unrest is predicted. No learning from sealed texts; figures hold no person."""

import ast
import re

from tests.architecture.sources import PACKAGE, ROOT, code, nothing, shown, tree
from tests.constitution.houses import house_models, label, person_keys

LEARNING = {
    "catboost", "fasttext", "gensim", "jax", "keras", "langchain", "lightgbm", "mlxtend", "nltk",
    "onnxruntime", "openai", "pandas", "prophet", "scipy", "sentence_transformers", "shap", "sklearn",
    "spacy", "statsmodels", "tensorflow", "torch", "transformers", "xgboost",
}  # fmt: skip
PUBLISHED_BY = {"statistics.Release": {"released_by", "approved_by", "made_by"}}
"""Officers who let figures out; nobody whom a figure is about."""


def test_no_code_of_the_house_imports_a_library_that_learns() -> None:
    wrong = []
    for path in code():
        for node in ast.walk(tree(path)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            wrong += [f"{shown(path)}:{node.lineno} {n}" for n in names if n.split(".")[0] in LEARNING]
    nothing(wrong)


def test_no_library_that_learns_is_installed_with_the_house() -> None:
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    installed = {name.lower().replace("-", "_") for name in re.findall(r"^([A-Za-z0-9_.-]+)==", locked, re.M)}
    assert len(installed) > 20
    assert installed & (LEARNING | {"scikit_learn"}) == set()


def test_tables_of_figures_hold_no_person() -> None:
    wrong = [
        f"{label(model)}.{key}"
        for model in house_models()
        if model._meta.app_label == "statistics"
        for key in person_keys(model)
        if key not in PUBLISHED_BY.get(label(model), ())
    ]
    nothing(wrong)


def test_figures_are_worked_out_without_the_vault() -> None:
    wrong = []
    for path in [*(PACKAGE / "statistics").rglob("*.py"), PACKAGE / "appeals" / "stats.py"]:
        for node in ast.walk(tree(path)):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if module and module.startswith(("zhijia.vault", "zhijia.core.sealing", "zhijia.core.boxes")):
                wrong.append(f"{shown(path)}:{node.lineno} {module}")
    nothing(wrong)
