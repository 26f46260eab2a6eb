//! A function's routes from one list, with the document they make or without: what Lambda runs shows it to nobody,
//! and would carry and make it at each start.

/// The handlers' routes, each where its `utoipa::path` says.
#[macro_export]
macro_rules! served {
    ($router:expr; $( $($part:ident)::+ ),+ $(,)?) => {{
        use utoipa_axum::PathItemExt;
        let router = $router;
        $(
            let path = utoipa_axum::routes!(@path [path()] of $($part)::+);
            let methods = utoipa_axum::routes!(@path [methods()] of $($part)::+);
            let method = axum::routing::MethodRouter::new();
            let method = methods.iter().fold(method, |m, one| m.on(one.to_method_filter(), $($part)::+));
            let router = router.route(&path, method);
        )+
        router
    }};
}

/// The same with their document, into an `OpenApiRouter`.
#[macro_export]
macro_rules! documented {
    ($router:expr; $( $($part:ident)::+ ),+ $(,)?) => {
        $router $( .routes(utoipa_axum::routes!($($part)::+)) )+
    };
}
