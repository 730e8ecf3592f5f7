"""The repository's own tools find what they are there to find."""

from pathlib import Path

import pytest

from tools import locks, messages

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext
ONE = _("One %(name)s")
def many(n): return ngettext("%(n)d case", "%(n)d cases", n)
"""
TEMPLATE = """{% extends "core/worker.html" %}
{% block title %}{% trans "My matters" %}{% endblock %}
<c-card title="{% translate 'Next step' %}" :hint="_('By when')">
  {% blocktranslate trimmed with who=person.name %}
    Asked by {{ who }}
  {% endblocktranslate %}
  {{ value|default:_("none") }}
</c-card>
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with one app that has strings in code and template."""
    app = tmp_path / "zhijia" / "demo"
    (app / "templates" / "demo").mkdir(parents=True)
    (app / "__init__.py").write_text("")
    (app / "texts.py").write_text(PYTHON)
    (app / "templates" / "demo" / "page.html").write_text(TEMPLATE)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "zhijia")
    return app


def _translate(app: Path, old: str, new: str) -> None:
    path = app / messages.PO
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_strings_are_found_in_code_and_templates(house: Path) -> None:
    found = {text for _context, text in messages.extract("demo")}
    assert found == {
        "One %(name)s", "%(n)d case", "My matters", "Next step", "By when", "Asked by %(who)s", "none",
    }  # fmt: skip


def test_places_are_told_with_their_line(house: Path) -> None:
    found = messages.extract("demo")
    assert found["", "My matters"].places == [("zhijia/demo/templates/demo/page.html", 2)]
    assert found["", "By when"].places == [("zhijia/demo/templates/demo/page.html", 3)]


def test_a_gap_a_leftover_and_a_wrong_placeholder_are_complaints(house: Path) -> None:
    messages.update("demo", prune=False)
    _translate(house, 'msgid "One %(name)s"\nmsgstr ""', 'msgid "One %(name)s"\nmsgstr "一个 %(wrong)s"')
    (house / "texts.py").write_text(PYTHON.replace("def many", "def none").replace('"One', '"Two'))
    lines = list(messages.complaints("demo"))
    assert any("not in the catalogue: 'Two %(name)s'" in line and "texts.py:3" in line for line in lines)
    assert any("nobody uses it: 'One %(name)s'" in line for line in lines)
    assert any("placeholders differ (name, wrong): 'One" in line and "django.po:" in line for line in lines)
    assert any("not translated: 'My matters'" in line for line in lines)


def test_a_placeholder_without_a_name_is_a_complaint(house: Path) -> None:
    (house / "texts.py").write_text(
        'from django.utils.translation import gettext as _\nA = _("Sent to %s")\n'
    )
    messages.update("demo", prune=True)
    assert any("name the placeholder: 'Sent to %s'" in line for line in messages.complaints("demo"))


def test_updating_twice_changes_nothing_and_keeps_translations(house: Path) -> None:
    messages.update("demo", prune=False)
    _translate(house, 'msgid "My matters"\nmsgstr ""', 'msgid "My matters"\nmsgstr "我的事项"')
    messages.update("demo", prune=False)
    first = (house / messages.PO).read_text()
    messages.update("demo", prune=False)
    assert (house / messages.PO).read_text() == first
    assert "我的事项" in first


def test_traditional_chinese_is_converted_when_compiling(house: Path) -> None:
    import gettext

    messages.update("demo", prune=False)
    _translate(house, 'msgid "My matters"\nmsgstr ""', 'msgid "My matters"\nmsgstr "我的诉求，软件里的信息"')
    assert messages.compile_all() == 1
    with (house / "locale/zh_Hant/LC_MESSAGES/django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("My matters") == "我的訴求，軟體裡的資訊"
    assert messages.compile_all() == 0


def test_the_locks_are_read_right(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(
        "Django==5.2.19 \\\n    --hash=sha256:00\n    # via\n    #   zhijia\n    #   ninja\nasgiref==3.8 \\\n"
    )
    assert locks.pinned(path) == {"django": "5.2.19", "asgiref": "3.8"}
    assert locks.direct(path) == {"django"}


def test_two_apps_that_say_the_same_words_differently_are_a_complaint(house: Path) -> None:
    other = house.parent / "other"
    other.mkdir()
    (other / "__init__.py").write_text("")
    (other / "texts.py").write_text('_("My matters")\n_("Next step")')
    for app, title in (("demo", "我的事项"), ("other", "我的诉求")):
        messages.update(app, prune=False)
        _translate(
            house.parent / app, 'msgid "My matters"\nmsgstr ""', f'msgid "My matters"\nmsgstr "{title}"'
        )
        _translate(house.parent / app, 'msgid "Next step"\nmsgstr ""', 'msgid "Next step"\nmsgstr "下一步"')
    assert list(messages.disagreements(["demo", "other"])) == [
        "other and demo say it differently: 'My matters'"
    ]
