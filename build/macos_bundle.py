"""What makes a folder an application of macOS: what it opens, and how it is signed."""

from __future__ import annotations

import os
from typing import Any

import product

IDENTITY = "NNLAB_CODESIGN_IDENTITY"
"""The environment's variable that names the certificate to sign with."""

ENTITLEMENTS = product.ROOT / "build" / "macos" / "entitlements.plist"


def signing() -> dict[str, str]:
    """Return how PyInstaller is to sign: not at all but for this machine, unless one is named."""
    identity = os.environ.get(IDENTITY)
    if not identity:
        return {}
    return {"codesign_identity": identity, "entitlements_file": str(ENTITLEMENTS)}


def info_plist() -> dict[str, Any]:
    """Return what Info.plist says beyond what PyInstaller writes by itself."""
    return {
        "CFBundleDisplayName": product.NAME,
        "CFBundleVersion": product.version(),
        "LSApplicationCategoryType": "public.app-category.education",
        # What the oldest macOS is that Qt 6.11 runs on.
        "LSMinimumSystemVersion": "13.0",
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": product.COPYRIGHT,
        # Light and dark are the program's own choice.
        "NSRequiresAquaSystemAppearance": False,
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": product.DOCUMENT_NAME,
                "CFBundleTypeRole": "Editor",
                "CFBundleTypeIconFile": "document.icns",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [product.DOCUMENT_TYPE],
            },
            {
                # Offered under “Open with”; whoever opens such files today keeps doing so.
                "CFBundleTypeName": "Table of data",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": [
                    "public.comma-separated-values-text",
                    "public.tab-separated-values-text",
                    "org.openxmlformats.spreadsheetml.sheet",
                ],
            },
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": product.DOCUMENT_TYPE,
                "UTTypeDescription": product.DOCUMENT_NAME,
                "UTTypeConformsTo": ["public.json"],
                "UTTypeIconFile": "document.icns",
                "UTTypeTagSpecification": {
                    "public.filename-extension": [product.SUFFIX.removeprefix(".")],
                    "public.mime-type": [product.MIME_TYPE],
                },
            }
        ],
    }
