"""Documents to an access point, which brings them into the Peppol network: kinds `peppol-folder`, `phoss-ap`, `recommand`."""

from __future__ import annotations

from connectors.peppol_out.folder import folder
from connectors.peppol_out.phoss import phoss_ap
from connectors.peppol_out.recommand import recommand

__all__ = ["folder", "phoss_ap", "recommand"]
