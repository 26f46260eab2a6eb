//! The schema of values that are text in JSON but more than text in Rust: ids, hashes, colours, currencies.

use utoipa::openapi::{
    RefOr,
    schema::{ObjectBuilder, Schema, Type},
};

pub(crate) fn text(pattern: &str, description: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(pattern))
        .description(Some(description))
        .build()
        .into()
}

/// Says what a text type looks like in the API document.
macro_rules! text_schema {
    ($name:ty, $pattern:expr, $description:expr) => {
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                crate::schema::text($pattern, $description)
            }
        }
        impl utoipa::ToSchema for $name {}
    };
}
pub(crate) use text_schema;
