//! What is sold: prints, units, composites, packages, digitals, and whatever else a studio makes.

use serde::{Deserialize, Serialize};

use crate::price_list::{MAX_PRICE_MINOR, PriceListError};

/// Prints that one unit may hold, and times an item may be in a package.
pub const MAX_PIECES: u32 = 100;
/// Items of a package.
pub const MAX_ITEMS: usize = 20;
/// Pictures of one product.
pub const MAX_PICTURES: u32 = 32;
const MAX_RELEASE: usize = 4_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Product {
    /// Short name in lower case, unique in the list: `8x10-lustre`.
    pub id: String,
    pub name: String,
    /// Absent in older lists: prints.
    #[serde(default, skip_serializing_if = "Kind::is_print")]
    pub kind: Kind,
    /// Inches, as the trade names prints: 8 × 10 is `width_in` 8, `height_in` 10. 0 where there is no paper
    /// of its own: packages, digitals, items.
    #[serde(default)]
    #[schema(required)]
    pub width_in: f64,
    #[serde(default)]
    #[schema(required)]
    pub height_in: f64,
    #[serde(default)]
    #[schema(required)]
    pub surface: Surface,
    /// Pictures a customer chooses for one: 1 for a print, 2 or more for composites, the sum of its items
    /// for a package, 0 for a whole gallery.
    pub nodes: u32,
    pub price_minor: i64,
    /// Other prices for photos of a price group.
    #[serde(default)]
    #[schema(required)]
    pub group_prices: Vec<GroupPrice>,
    /// Cheaper from a quantity on; sorted by `from`.
    #[serde(default)]
    #[schema(required)]
    pub breaks: Vec<QuantityBreak>,
    /// The name of one of the list's weight classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Kind {
    #[default]
    Print,
    /// So many prints of one picture, sold together: eight wallets.
    Unit { pieces: u32 },
    /// Several pictures on one sheet.
    Composite,
    /// Several products for one price, each with pictures of its own.
    Package { items: Vec<PackageItem> },
    /// The full-resolution file. `release` is what the buyer may do with it.
    Digital {
        of: DigitalOf,
        #[serde(default)]
        release: String,
    },
    /// Made by the studio itself: a frame, a mug, retouching.
    Item,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PackageItem {
    /// Another product of the list, not a package.
    pub product: String,
    pub quantity: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DigitalOf {
    Photo,
    /// Every picture the customer's code shows.
    Gallery,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GroupPrice {
    pub group: String,
    pub price_minor: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuantityBreak {
    pub from: u32,
    pub price_minor: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    Glossy,
    #[default]
    Lustre,
    Matte,
    Silk,
    Metallic,
    FineArt,
    Canvas,
}

impl Surface {
    pub const ALL: [Surface; 7] = [
        Surface::Glossy,
        Surface::Lustre,
        Surface::Matte,
        Surface::Silk,
        Surface::Metallic,
        Surface::FineArt,
        Surface::Canvas,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Surface::Glossy => "glossy",
            Surface::Lustre => "lustre",
            Surface::Matte => "matte",
            Surface::Silk => "silk",
            Surface::Metallic => "metallic",
            Surface::FineArt => "fine_art",
            Surface::Canvas => "canvas",
        }
    }
}

impl Kind {
    pub fn is_print(&self) -> bool {
        *self == Kind::Print
    }

    /// Whether it is a sheet of paper with a size and a surface.
    pub fn has_paper(&self) -> bool {
        matches!(self, Kind::Print | Kind::Unit { .. } | Kind::Composite)
    }
}

impl Product {
    /// A print of one picture, to be filled in further.
    pub fn print(id: &str, name: &str, size: (f64, f64), surface: Surface, price_minor: i64) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            kind: Kind::Print,
            width_in: size.0,
            height_in: size.1,
            surface,
            nodes: 1,
            price_minor,
            group_prices: Vec::new(),
            breaks: Vec::new(),
            weight: None,
        }
    }

    /// Prints that one of it makes of each of its pictures.
    pub fn pieces(&self) -> u32 {
        match self.kind {
            Kind::Unit { pieces } => pieces,
            _ => 1,
        }
    }

    pub(crate) fn check(&self) -> Result<(), PriceListError> {
        let range = |what, value: f64, min: f64, max: f64| {
            if value.is_finite() && (min..=max).contains(&value) {
                Ok(())
            } else {
                Err(PriceListError::Range { product: self.id.clone(), what, value, min, max })
            }
        };
        if self.kind.has_paper() {
            range("width", self.width_in, 1.0, 120.0)?;
            range("height", self.height_in, 1.0, 120.0)?;
        } else {
            range("width", self.width_in, 0.0, 0.0)?;
            range("height", self.height_in, 0.0, 0.0)?;
        }
        let (least, most) = match &self.kind {
            Kind::Print => (1, MAX_PICTURES),
            Kind::Unit { .. } => (1, 1),
            Kind::Composite => (2, MAX_PICTURES),
            Kind::Package { .. } | Kind::Item => (0, MAX_PICTURES),
            Kind::Digital { of: DigitalOf::Photo, .. } => (1, 1),
            Kind::Digital { of: DigitalOf::Gallery, .. } => (0, 0),
        };
        range("pictures", f64::from(self.nodes), f64::from(least), f64::from(most))?;
        if let Kind::Unit { pieces } = self.kind {
            range("prints of one unit", f64::from(pieces), 2.0, f64::from(MAX_PIECES))?;
        }
        if let Kind::Digital { release, .. } = &self.kind
            && release.chars().count() > MAX_RELEASE
        {
            let why = format!("its print release is longer than {MAX_RELEASE} characters");
            return Err(PriceListError::Product { product: self.id.clone(), why });
        }
        let prices = [self.price_minor]
            .into_iter()
            .chain(self.group_prices.iter().map(|g| g.price_minor))
            .chain(self.breaks.iter().map(|b| b.price_minor));
        for price in prices {
            range("price", price as f64, 0.0, MAX_PRICE_MINOR as f64)?;
        }
        Ok(())
    }

    /// Price of one unit for a photo: its price group first, then the quantity break.
    pub fn unit_price(&self, quantity: u32, group: Option<&str>) -> i64 {
        if let Some(special) = group.and_then(|g| self.group_prices.iter().find(|p| p.group == g)) {
            return special.price_minor;
        }
        let reached = self.breaks.iter().filter(|b| b.from <= quantity).max_by_key(|b| b.from);
        reached.map_or(self.price_minor, |b| b.price_minor)
    }

    /// Price of one unit of several photos: the dearest of theirs, so that no order of pictures is cheaper
    /// than another.
    pub fn unit_price_of(&self, quantity: u32, groups: &[Option<String>]) -> i64 {
        let each = groups.iter().map(|g| self.unit_price(quantity, g.as_deref()));
        each.max().unwrap_or_else(|| self.unit_price(quantity, None))
    }
}
