//! Semantic diff of two OpenAPI 3.0 documents, as a client of the API feels it.
