"""What schemathesis checks here besides its own checks; named on its command line like those."""

import re

import schemathesis

# How the server says that a value is malformed. It quotes such values, and says others, which it only doesn't know,
# as they are.
MALFORMED = re.compile(r"^(Invalid request|Missing |The body is not)|: '")


@schemathesis.check
def well_formed_is_not_malformed(ctx, response, case):
    """Refuse what the document allows only if there is no such version, target, profile or package."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or case.method == "HEAD":
        return
    if response.status_code in (400, 422):
        detail = response.json()["detail"]
        assert not MALFORMED.search(detail), f"{case.operation.label} refused a well-formed request: {detail}"
