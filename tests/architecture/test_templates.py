"""Mark-up that a strict content policy, a screen reader and a translator can live with."""

import re

import pytest

from tests.architecture.sources import nothing, shown, templates

RULES = {
    "no inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.IGNORECASE
    ),
    "no inline style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "no style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "no handler attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "no javascript address": re.compile(r"""(href|src|action)\s*=\s*["']?\s*javascript:""", re.IGNORECASE),
    "no foreign host": re.compile(
        r"""(src|href|action|srcset|poster|data)\s*=\s*["']?\s*(https?:)?//""", re.IGNORECASE
    ),
    "no unescaped text": re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off"),
    "no disabled zoom": re.compile(r"user-scalable\s*=\s*no|maximum-scale", re.IGNORECASE),
}
SVG_NAMESPACE = re.compile(r'xmlns(:\w+)?="[^"]+"')
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)
HAN = re.compile(r"[\u4e00-\u9fff]+")
# Names of languages stand in their own language.
OWN_NAMES = {"简体中文", "繁體中文", "职家", "简", "繁", "职工之家"}


def _text(path) -> str:
    return COMMENT.sub("", SVG_NAMESPACE.sub("", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("rule", RULES)
def test_templates_keep_the_rule(rule: str) -> None:
    found = [f"{shown(p)}: {m[0][:80]}" for p in templates() if (m := RULES[rule].search(_text(p)))]
    nothing(found)


def test_templates_hold_no_untranslated_chinese() -> None:
    found = [
        f"{shown(path)}: {word}"
        for path in templates()
        if not path.name.startswith("gallery")  # samples for developers
        for word in HAN.findall(_text(path))
        if word not in OWN_NAMES
    ]
    nothing(found)


def test_every_picture_has_a_text_of_its_own() -> None:
    tags = [(p, tag) for p in templates() for tag in re.findall(r"<img\b[^>]*>", _text(p))]
    nothing([f"{shown(p)}: {tag}" for p, tag in tags if "alt=" not in tag])


def test_templates_of_another_app_are_not_included() -> None:
    wrong = []
    for path in templates():
        app = path.relative_to(path.parents[len(path.parents) - 1]).parts
        own = path.parts[path.parts.index("templates") - 1]
        for name in re.findall(r"""{%\s*(?:include|extends)\s+["']([\w-]+)/""", _text(path)):
            if name not in (own, "core", "cotton", "allauth", "account", "mfa", "usersessions"):
                wrong.append(f"{shown(path)} uses {name}/ ({app[-1]})")
    nothing(wrong)
