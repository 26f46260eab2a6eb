//! The usual scene: a host, a studio whose agent runs, a lab that prints into a hot folder, both paired, and
//! one published gallery that sells prints.

use std::path::PathBuf;

use anyhow::{Context, Result};
use domain::id::GalleryId;
use wire::{checkout::OrderPlaced, customer::PhotoView};

use crate::{
    customer::{Customer, Line},
    orders::until_printed,
    pictures,
    process::Daemon,
    world::{Lab, Machine, World},
};

pub const GALLERY: &str = "Lina & Jonas";

pub struct Shop {
    pub agent: Daemon,
    pub receiver: Daemon,
    pub studio: Machine,
    pub lab: Lab,
    pub photos: PathBuf,
    pub code: String,
    pub world: World,
}

impl Shop {
    /// With `pictures` files `a-01.jpg` … of 1200 × 800 pixels.
    pub async fn open(pictures: u32) -> Result<Self> {
        let world = World::start().await?;
        let photos = world.dir.path().join("photos");
        pictures::shoot(&photos, "a", pictures, 1200, 800)?;
        Self::with(world, photos, |_| Ok(())).await
    }

    /// With pictures of one's own, and a chance to change the lab's settings before it starts.
    pub async fn with(
        world: World,
        photos: PathBuf,
        settings: impl FnOnce(&Lab) -> Result<()>,
    ) -> Result<Self> {
        let studio = world.studio("Aurora")?;
        let lab = world.lab("Northlight")?;
        settings(&lab)?;
        let receiver = lab.start()?;
        world.pair(&studio, &lab).await?;
        studio.scan(&photos)?;
        let list = studio.price_list()?;
        let code = studio.publish(GALLERY, &photos, Some(list), &[])?;
        let agent = studio.start()?;
        Ok(Self { agent, receiver, studio, lab, photos, code, world })
    }

    /// A customer who has typed the code, and the gallery's photos in the order she sees them.
    pub async fn visit(&self) -> Result<Visit> {
        visit(&self.world, &self.code).await
    }
}

pub struct Visit {
    pub customer: Customer,
    pub gallery: GalleryId,
    pub photos: Vec<PhotoView>,
}

pub async fn visit(world: &World, code: &str) -> Result<Visit> {
    let customer = world.customer()?;
    let gallery = customer.open(code).await?;
    let photos = customer.photos(gallery, "limit=200").await?;
    Ok(Visit { customer, gallery, photos })
}

impl Visit {
    pub fn photo(&self, file_name: &str) -> Result<&PhotoView> {
        let found = self.photos.iter().find(|p| p.file_name == file_name);
        let names = || self.photos.iter().map(|p| p.file_name.as_str()).collect::<Vec<_>>().join(", ");
        found.with_context(|| format!("{file_name} is not in the gallery, which shows {}", names()))
    }

    /// One 4 × 6 of each file, as one order.
    pub async fn order(&self, files: &[&str]) -> Result<OrderPlaced> {
        let mut lines = Vec::new();
        for file in files {
            lines.push(Line::centred("4x6-glossy", 1, self.photo(file)?, 6, 4));
        }
        self.customer.order(self.gallery, &lines).await
    }

    /// Orders, approves, and waits for the prints.
    pub async fn order_and_print(&self, studio: &Machine, files: &[&str]) -> Result<OrderPlaced> {
        let placed = self.order(files).await?;
        studio.approve(&placed.number)?;
        until_printed(&self.customer, &placed.secret).await?;
        Ok(placed)
    }
}
