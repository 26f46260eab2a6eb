//! A product as it was written, in TOML or in a spreadsheet, and the one place that makes a product of it.

use domain::{
    money::Currency,
    product::{DigitalOf, GroupPrice, Kind, PackageItem, Product, QuantityBreak, Surface},
    text,
};

use super::cells;

/// What is wrong, and with which column or key.
#[derive(Debug, PartialEq)]
pub struct Fault {
    pub field: &'static str,
    pub why: String,
}

pub fn fault<T>(field: &'static str, result: Result<T, String>) -> Result<T, Fault> {
    result.map_err(|why| Fault { field, why })
}

pub const KINDS: &str = "print, unit, composite, package, digital, item";

#[derive(Debug, Default)]
pub struct Draft {
    pub kind: Option<String>,
    pub id: Option<String>,
    pub name: Option<String>,
    pub size: Option<String>,
    pub surface: Option<String>,
    pub price: Option<String>,
    pub pictures: Option<String>,
    pub pieces: Option<String>,
    pub items: Vec<String>,
    /// `5 = 12.00`
    pub breaks: Vec<(String, String)>,
    pub groups: Vec<(String, String)>,
    pub weight: Option<String>,
    /// Of a digital: `photo` or `gallery`.
    pub of: Option<String>,
    pub release: Option<String>,
}

pub fn product(draft: Draft, currency: Currency) -> Result<Product, Fault> {
    let fail = |field, why: String| Err(Fault { field, why });
    let number = |field: &'static str, text: &str| {
        fault(field, text.trim().parse::<u32>().map_err(|_| format!("{text:?} is no whole number")))
    };
    let pictures = draft.pictures.as_deref().map(|t| number("pictures", t)).transpose()?;
    let pieces = draft.pieces.as_deref().map(|t| number("pieces", t)).transpose()?;
    let named = draft.kind.as_deref().map(|k| k.trim().to_lowercase());
    let (kind, nodes) = match named.as_deref() {
        None if pictures.is_some_and(|n| n > 1) => (Kind::Composite, pictures.unwrap_or(2)),
        None | Some("print") => (Kind::Print, pictures.unwrap_or(1)),
        Some("unit") => match pieces {
            Some(pieces) => (Kind::Unit { pieces }, 1),
            None => return fail("pieces", "a unit needs the number of its prints, such as 8".into()),
        },
        Some("composite") => match pictures {
            Some(pictures) => (Kind::Composite, pictures),
            None => return fail("pictures", "a composite needs the number of its pictures".into()),
        },
        Some("package") => {
            let item = |text: &String| {
                let (quantity, product) = fault("items", cells::item(text))?;
                Ok(PackageItem { product, quantity })
            };
            let items = draft.items.iter().map(item).collect::<Result<Vec<_>, Fault>>()?;
            if items.is_empty() {
                return fail("items", "a package needs items, such as \"2 8x10-lustre\"".into());
            }
            (Kind::Package { items }, 0)
        }
        Some("digital") => {
            let of = match draft.of.as_deref().map(str::trim) {
                None | Some("photo") => DigitalOf::Photo,
                Some("gallery") => DigitalOf::Gallery,
                Some(other) => return fail("of", format!("{other:?} is neither photo nor gallery")),
            };
            let release = text::paragraph(draft.release.as_deref().unwrap_or_default(), 4_000);
            (Kind::Digital { of, release }, u32::from(of == DigitalOf::Photo))
        }
        Some("item") => (Kind::Item, pictures.unwrap_or(0)),
        Some(other) => return fail("kind", format!("{other:?} is no kind of product: write one of {KINDS}")),
    };
    only_where_it_belongs(&draft, &kind)?;
    let surface = draft.surface.as_deref().map(cells::surface);
    let surface = fault("surface", surface.transpose())?.unwrap_or(Surface::Lustre);
    let name = draft.name.as_deref().map(|n| text::one_line(n, 120)).filter(|n| !n.is_empty());
    let (size, id, title) = match (&draft.size, kind.has_paper()) {
        (Some(size), true) => {
            (fault("size", cells::inches(size))?, cells::slug(size, surface), cells::title(size, surface))
        }
        (None, true) => return fail("size", "the size is missing; write it like 8x10".into()),
        (_, false) => match &name {
            Some(name) => ((0.0, 0.0), cells::slug_of_name(name), name.clone()),
            None => return fail("name", "it needs a name".into()),
        },
    };
    let Some(price) = &draft.price else {
        return fail("price", "the price is missing".into());
    };
    let mut breaks = Vec::new();
    for (from, price) in &draft.breaks {
        let price_minor = fault("breaks", cells::minor(price, currency))?;
        breaks.push(QuantityBreak { from: number("breaks", from)?, price_minor });
    }
    breaks.sort_by_key(|b| b.from);
    let mut group_prices = Vec::new();
    for (group, price) in &draft.groups {
        let (group, price_minor) =
            (text::one_line(group, 120), fault("groups", cells::minor(price, currency))?);
        group_prices.push(GroupPrice { group, price_minor });
    }
    Ok(Product {
        id: draft.id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).unwrap_or(id),
        name: name.unwrap_or(title),
        kind,
        width_in: size.0,
        height_in: size.1,
        surface,
        nodes,
        price_minor: fault("price", cells::minor(price, currency))?,
        group_prices,
        breaks,
        weight: draft.weight.map(|w| text::one_line(&w, 60)).filter(|w| !w.is_empty()),
    })
}

/// A cell that means nothing for its kind is a mistake: somebody expects it to do something.
fn only_where_it_belongs(draft: &Draft, kind: &Kind) -> Result<(), Fault> {
    let paper = kind.has_paper();
    let package = matches!(kind, Kind::Package { .. });
    let digital = matches!(kind, Kind::Digital { .. });
    let counted = matches!(kind, Kind::Print | Kind::Composite | Kind::Item);
    let stray = [
        ("size", draft.size.is_some() && !paper, "only prints, units and composites have a size"),
        ("surface", draft.surface.is_some() && !paper, "only prints, units and composites have a surface"),
        ("pieces", draft.pieces.is_some() && !matches!(kind, Kind::Unit { .. }), "only units have pieces"),
        ("pictures", draft.pictures.is_some() && !counted, "this kind's pictures are counted by itself"),
        ("items", !draft.items.is_empty() && !package, "only packages have items; write kind package"),
        (
            "of",
            draft.of.is_some() && !digital,
            "only digitals are of a photo or a gallery; write kind digital",
        ),
        (
            "release",
            draft.release.is_some() && !digital,
            "only digitals have a print release; write kind digital",
        ),
        ("weight", draft.weight.is_some() && digital, "a digital weighs nothing"),
    ];
    match stray.into_iter().find(|(_, there, _)| *there) {
        Some((field, _, why)) => Err(Fault { field, why: why.to_owned() }),
        None => Ok(()),
    }
}

/// What a package asks for in pictures is what its items ask for.
pub fn count_pictures(products: &mut [Product]) {
    let of: std::collections::BTreeMap<String, u32> =
        products.iter().map(|p| (p.id.clone(), p.nodes)).collect();
    for product in products {
        if let Kind::Package { items } = &product.kind {
            product.nodes = items.iter().filter_map(|i| of.get(&i.product)).sum();
        }
    }
}
