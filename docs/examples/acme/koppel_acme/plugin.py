"""Acme books its web orders with its own text in the description; all other flows are left alone."""

from collections.abc import Generator

from koppel import Draft, Manifest, MapStep, Scope, hookimpl


@hookimpl
def manifest() -> Manifest:
    """Who we are and which conversations we take part in: the outbound side of one flow."""
    return Manifest("acme", "Acme's wishes", applies_to=(Scope(flow="orders-to-exact", system="exactonline"),))


@hookimpl(wrapper=True, specname="map")
def web_orders_carry_our_text(step: MapStep) -> Generator[None, Draft, Draft]:
    """Set one field of what the mapping rows made. No `if` on the flow: the scope is data."""
    draft = yield
    if step.resource != "sales_order":  # an order's customer is mapped in the same conversation
        return draft
    return draft.replace(Description="Acme webshop")
