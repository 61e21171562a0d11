"""The catalogues: collect texts from code and templates, check them, compile them. With Babel.

python scripts/messages.py collect   update every .po, print what is missing
python scripts/messages.py compile   write every .mo, and the mirrored pseudo language
python scripts/messages.py check     exit 1 when a text is missing, fuzzy or has other placeholders
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "regin"
LOCALE = SOURCE / "web" / "locale"
COMPLETE = ("ca", "de", "es", "fr", "it", "pt", "sv")
# Arabic is complete where people in need of protection meet us; in part 1: sign-in and errors.
PERSON_FACING = "ar"
PERSON_FACING_PLACES = (
    "web/templates/account/",
    "web/templates/mfa/",
    "web/templates/errors/",
    "web/templates/base.html",
    "web/templates/partials/form.html",
    "apps/accounts/forms.py",
)
PSEUDO = "ar_XB"
KEYWORDS = dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop")) | {
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Text = tuple[str, str | tuple[str, ...], str | None]
"""File, text or its plural forms, context."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")


@cache
def texts() -> tuple[Text, ...]:
    """Every translatable text; the sources do not change while this runs."""
    return tuple(_texts())


def _texts() -> Iterator[Text]:
    for path in (
        sorted(SOURCE.rglob("*.py"))
        + sorted(SOURCE.rglob("*.txt"))
        + sorted(SOURCE.rglob("*.html"))
    ):
        if "tests" in path.parts or "migrations" in path.parts or "data" in path.parts:
            continue
        name = path.relative_to(SOURCE).as_posix()
        content = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Template indentation means nothing, but Python's tokenizer would trip over it.
            lines = templatize(content, origin=name).splitlines()
            content = "\n".join(line.strip() for line in lines)
        stream = io.BytesIO(content.encode())
        for _, message, _, context in extract(
            "python", stream, KEYWORDS, (), {"encoding": "utf-8"}
        ):
            yield name, message, context


def template() -> Catalog:
    """What the code asks for now."""
    catalog = Catalog(project="REGIN", charset="utf-8", fuzzy=False)
    for name, message, context in texts():
        if message:
            catalog.add(message, locations=[(name, 0)], context=context)
    return catalog


def asked_for(language: str) -> Catalog:
    """The texts that `language` is to have: all, or those of pages that people in need meet."""
    everything = template()
    if language != PERSON_FACING:
        return everything
    wanted = Catalog(project="REGIN", charset="utf-8", fuzzy=False)
    for message in everything:
        if message.id and is_person_facing(message):
            wanted.add(message.id, locations=message.locations, context=message.context)
    return wanted


def po_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def stored(language: str) -> Catalog:
    """The catalogue as translated so far; empty when there is none yet."""
    path = po_path(language)
    if not path.is_file():
        return Catalog(locale=language, project="REGIN", charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def collect() -> None:
    for language in (*COMPLETE, PERSON_FACING):
        catalog, wanted = stored(language), asked_for(language)
        catalog.update(wanted, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        write_catalog(language, catalog)
        missing = sum(1 for fault in faults(language))
        print(f"{language}: {len(catalog)} texts, {missing} to do")


def write_catalog(language: str, catalog: Catalog) -> None:
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(
            stream, catalog, sort_output=True, include_lineno=False, omit_header=False, width=100
        )
    # A date in the header would change every file at every run.
    text = re.sub(
        r'^"(POT-Creation|PO-Revision)-Date:.*\n', "", path.read_text("utf-8"), flags=re.M
    )
    path.write_text(text, encoding="utf-8")


def faults(language: str) -> Iterator[str]:
    """What keeps `language` from being complete, one line each."""
    catalog = stored(language)
    for message in asked_for(language):
        if not message.id:
            continue
        found = catalog.get(message.id, message.context)
        shown = str(message.id)[:70]
        if found is None or not is_translated(found, catalog.num_plurals):
            yield f"missing: {shown}"
        elif found.fuzzy:
            yield f"fuzzy: {shown}"
        elif placeholders(found.string) != placeholders(message.id):
            yield f"placeholders differ: {shown}"


def is_person_facing(message: Message) -> bool:
    return any(name.startswith(PERSON_FACING_PLACES) for name, _ in message.locations)


def is_translated(message: Message, plurals: int) -> bool:
    if isinstance(message.id, tuple):
        return len(message.string) == plurals and all(message.string)
    return bool(message.string)


def placeholders(text: str | tuple[str, ...]) -> set[str]:
    """Names of the placeholders; of a plural, those of its last form."""
    last = text[-1] if isinstance(text, tuple) else text
    return set(PLACEHOLDER.findall(last))


def compile_all() -> None:
    for language in (*COMPLETE, PERSON_FACING):
        if po_path(language).is_file():
            write_compiled(language, stored(language))
    write_compiled(PSEUDO, pseudo())


def write_compiled(language: str, catalog: Catalog) -> None:
    path = LOCALE / language / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_mo(stream, catalog)


def pseudo() -> Catalog:
    """English in brackets and a third longer: what is not bracketed was never translatable."""
    catalog = Catalog(locale="ar", project="REGIN", charset="utf-8", fuzzy=False)
    for message in template():
        if not message.id:
            continue
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        mirrored = tuple(f"⟦{form} {'·' * (len(form) // 3)}⟧" for form in forms)
        if len(forms) > 1:
            text: str | tuple[str, ...] = (mirrored + (mirrored[-1],) * 6)[: catalog.num_plurals]
        else:
            text = mirrored[0]
        catalog.add(message.id, text, context=message.context)
    return catalog


def check() -> int:
    found = [
        f"{language}: {line}"
        for language in (*COMPLETE, PERSON_FACING)
        for line in faults(language)
    ]
    print("\n".join(found) or "every catalogue is complete")
    return 1 if found else 0


def main() -> int:
    if not settings.configured:
        settings.configure(USE_I18N=True)
    verb = sys.argv[1] if len(sys.argv) > 1 else ""
    if verb == "collect":
        collect()
    elif verb == "compile":
        compile_all()
    elif verb == "check":
        return check()
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
