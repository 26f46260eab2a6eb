//! The scenes: each paints one upright picture; `mood` picks palette and staging.

mod balloons;
mod bust;
mod celebration;
mod city;
mod flowers;
mod forest;
mod hills;
mod keepsakes;
mod lake;
mod lights;
mod night;
mod paper;
mod sea;
mod table;
mod underwater;

use crate::{canvas::Canvas, chance::Chance};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    Hills,
    Lake,
    Sea,
    Night,
    Forest,
    City,
    HotAirBalloons,
    PartyBalloons,
    Bouquet,
    Meadow,
    Lights,
    Confetti,
    Fireworks,
    Cake,
    Rings,
    Candles,
    StillLife,
    Paper,
    Bust,
    Underwater,
}

impl Scene {
    pub fn paint(self, canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
        match self {
            Scene::Hills => hills::paint(canvas, chance, mood),
            Scene::Lake => lake::paint(canvas, chance, mood),
            Scene::Sea => sea::paint(canvas, chance, mood),
            Scene::Night => night::paint(canvas, chance, mood),
            Scene::Forest => forest::paint(canvas, chance, mood),
            Scene::City => city::paint(canvas, chance, mood),
            Scene::HotAirBalloons => balloons::in_the_air(canvas, chance, mood),
            Scene::PartyBalloons => balloons::at_the_party(canvas, chance, mood),
            Scene::Bouquet => flowers::bouquet(canvas, chance, mood),
            Scene::Meadow => flowers::meadow(canvas, chance, mood),
            Scene::Lights => lights::paint(canvas, chance, mood),
            Scene::Confetti => celebration::confetti(canvas, chance, mood),
            Scene::Fireworks => celebration::fireworks(canvas, chance, mood),
            Scene::Cake => table::cake(canvas, chance, mood),
            Scene::StillLife => table::still_life(canvas, chance, mood),
            Scene::Rings => keepsakes::rings(canvas, chance, mood),
            Scene::Candles => keepsakes::candles(canvas, chance, mood),
            Scene::Paper => paper::paint(canvas, chance, mood),
            Scene::Bust => bust::paint(canvas, chance, mood),
            Scene::Underwater => underwater::paint(canvas, chance, mood),
        }
    }
}
