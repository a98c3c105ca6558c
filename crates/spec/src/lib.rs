//! OpenAPI documents with places, and the overlays that correct them.
