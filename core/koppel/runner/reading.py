"""From a row of the inbox to the papers in it."""

from __future__ import annotations

from typing import Any

from koppel.documents import DOCUMENTS, Party, Product, Variant
from koppel.documents.base import read_document
from koppel.parties.places import split_by_country
from koppel.records import MapStep
from koppel.runner.customers import whole_party
from koppel.runner.job import Job
from koppel.runner.judge import judge
from koppel.runner.talk import Talk
from koppel.store.models import Incoming


def jobs_of(talk: Talk, row: Incoming) -> list[Job]:
    """The document of one row; several where the target has no variants. A failure is a job with a verdict."""
    kind = DOCUMENTS[talk.flow.resource]
    empty = Job(talk.flow.resource, kind.model_construct(source_id=row.external_id), row.external_id, row)
    try:
        step = MapStep(talk.flow.name, talk.source.system, talk.flow.resource, "inbound", row.payload)
        fields = dict(talk.source.map(step).fields)
        document = read_document(kind, {**fields, "source_id": row.external_id})
    except Exception as error:  # judged where it happened: in the source
        judge(talk, empty, "read", error)
        return [empty]
    split_by_country(document)
    if isinstance(document, Party):
        whole_party(document)
    if isinstance(document, Product) and document.variants and not talk.target_resource("product").variants:
        return [Job("product", one, one.source_id, row) for one in _apart(document)]
    return [Job(talk.flow.paper, document, row.external_id, row)]


def _apart(product: Product) -> list[Product]:
    return [_as_article(product, variant) for variant in product.variants]


def _as_article(product: Product, variant: Variant) -> Product:
    name = f"{product.name} {variant.title}".strip() if variant.title else product.name
    changed: dict[str, Any] = {
        "kind": "variant", "name": name, "variants": [], "sku": variant.sku, "ean": variant.ean or "",
        "source_id": variant.source_id or f"{product.source_id}:{variant.sku}",
        "price_incl": variant.price_incl, "price_excl": variant.price_excl, "attributes": dict(variant.attributes),
    }  # fmt: skip
    return product.model_copy(update=changed)
