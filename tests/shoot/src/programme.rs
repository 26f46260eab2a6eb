//! The shoot's programme: what is drawn in which folder, how it is staged, and what is written about it.

use crate::{
    captions::Captions,
    chance::Chance,
    develop::Space,
    exif::Exposure,
    jpeg_file::Chroma,
    scenes::Scene::{self, *},
};

/// One picture before it is drawn.
#[derive(Debug, Clone)]
pub struct Shot {
    /// Folder and file name, `Ceremony/DSL_0001.jpg`.
    pub path: String,
    pub scene: Scene,
    pub mood: usize,
    pub portrait: bool,
    pub seed: u64,
    pub orientation: u8,
    pub space: Space,
    pub chroma: Chroma,
    pub restart: u16,
    /// IPTC records instead of an XMP packet.
    pub iptc: bool,
    pub captions: Captions,
    pub subject: Option<&'static Subject>,
}

/// A child of the school set.
#[derive(Debug)]
pub struct Subject {
    pub id: &'static str,
    pub name: &'static str,
    pub class: &'static str,
}

pub const SUBJECTS: [Subject; 6] = [
    Subject { id: "S-1001", name: "Amelie Brandt", class: "3b" },
    Subject { id: "S-1002", name: "Jonas Keller", class: "3b" },
    Subject { id: "S-1003", name: "Noah Adeyemi", class: "3b" },
    Subject { id: "S-1004", name: "Mei-Lin Zhou", class: "4a" },
    Subject { id: "S-1005", name: "Zoë N’Diaye", class: "4a" },
    Subject { id: "S-1006", name: "Mateo Álvarez", class: "4a" },
];

type Line = (&'static str, Scene, usize, bool, u8, &'static str, &'static str);

/// Folder, scene, mood, portrait, rating, title, keywords (comma separated).
const PROGRAMME: [Line; 36] = [
    ("Ceremony", Hills, 0, false, 5, "The hill at dusk", "ceremony,couple,golden hour"),
    ("Ceremony", Forest, 0, true, 4, "Through the wood", "ceremony,couple,forest"),
    ("Ceremony", Rings, 0, false, 4, "The rings", "ceremony,details,rings"),
    ("Ceremony", Bouquet, 0, false, 5, "Bridal bouquet", "ceremony,details,flowers"),
    ("Ceremony", Confetti, 0, true, 5, "Confetti", "ceremony,couple,confetti"),
    ("Ceremony", Lake, 0, false, 4, "On the jetty", "ceremony,couple,lake"),
    ("Ceremony", Meadow, 0, false, 3, "The meadow", "ceremony,details,flowers"),
    ("Ceremony", Sea, 0, false, 5, "Evening at the sea", "ceremony,couple,beach"),
    ("Ceremony", Hills, 1, false, 2, "The bicycle", "ceremony,details,morning"),
    ("Ceremony", HotAirBalloons, 0, true, 4, "Balloons over the valley", "ceremony,landscape"),
    ("Ceremony", Rings, 1, true, 3, "Rings on linen", "ceremony,details,rings"),
    ("Ceremony", Confetti, 1, false, 2, "Under the paper rain", "ceremony,couple,confetti"),
    ("Portraits", Bust, 0, true, 4, "Amelie", "portraits,school"),
    ("Portraits", Bust, 1, true, 5, "Jonas", "portraits,school"),
    ("Portraits", Bust, 2, true, 4, "Noah", "portraits,school"),
    ("Portraits", Bust, 3, true, 5, "Mei-Lin", "portraits,school"),
    ("Portraits", Bust, 4, true, 3, "Zoë", "portraits,school"),
    ("Portraits", Bust, 5, true, 4, "Mateo", "portraits,school"),
    ("Portraits", Hills, 2, false, 5, "Kites", "portraits,children,kites"),
    ("Portraits", Sea, 1, true, 4, "With the dog", "portraits,children,beach"),
    ("Portraits", Forest, 1, false, 3, "Autumn wood", "portraits,children,forest"),
    ("Portraits", Paper, 0, false, 3, "Paper valley", "portraits,couple,paper"),
    ("Portraits", Lake, 1, true, 4, "In the boat", "portraits,couple,lake"),
    ("Portraits", Hills, 3, false, 5, "Under the tree", "portraits,couple,golden hour"),
    ("Party", Lights, 0, false, 5, "First dance", "party,couple,lights"),
    ("Party", Cake, 0, true, 4, "The cake", "party,details,cake"),
    ("Party", Lights, 1, false, 4, "A toast", "party,details"),
    ("Party", Fireworks, 0, false, 5, "Fireworks", "party,night"),
    ("Party", City, 0, false, 4, "The blue hour", "party,couple,city"),
    ("Party", Candles, 0, false, 3, "Candles", "party,details"),
    ("Party", PartyBalloons, 0, true, 2, "Balloons", "party,details"),
    ("Party", Lights, 2, false, 3, "Hands up", "party,dancing"),
    ("Party", Night, 0, false, 5, "Northern lights", "party,night,landscape"),
    ("Party", StillLife, 0, true, 1, "The sideboard", "party,details"),
    ("Party", Underwater, 0, false, 2, "The aquarium", "party,details"),
    ("Party", Night, 1, true, 4, "Under the stars", "party,couple,night"),
];

const LABELS: [Option<&str>; 5] = [None, Some("Green"), None, Some("Red"), Some("Blue")];
pub const CREATOR: &str = "Studio Lindqvist";
pub const COPYRIGHT: &str = "© 2026 Studio Lindqvist";

/// The first `count` shots; beyond the programme's length it starts over with other chances.
pub fn shots(count: usize, seed: u64) -> Vec<Shot> {
    (0..count).map(|i| shot(i, seed)).collect()
}

fn shot(i: usize, seed: u64) -> Shot {
    let (folder, scene, mood, portrait, rating, title, words) = PROGRAMME[i % PROGRAMME.len()];
    let round = i / PROGRAMME.len();
    let subject = if scene == Bust { SUBJECTS.get(mood) } else { None };
    let mut keywords: Vec<String> = words.split(',').map(str::to_owned).collect();
    keywords.extend(subject.map(|s| s.class.to_owned()));
    let title = if round == 0 { title.to_owned() } else { format!("{title} ({})", round + 1) };
    Shot {
        path: format!("{folder}/DSL_{:04}.jpg", i + 1),
        scene,
        mood,
        portrait: if round % 2 == 1 && scene != Bust { !portrait } else { portrait },
        seed: seed.wrapping_mul(1_000_003).wrapping_add(i as u64 * 7919),
        orientation: (i % 8 + 1) as u8,
        space: [Space::Srgb, Space::Srgb, Space::AdobeRgb, Space::Srgb, Space::DisplayP3][i % 5],
        chroma: [Chroma::Quarter, Chroma::HalfWidth, Chroma::Quarter, Chroma::Full][i % 4],
        restart: if i % 6 == 1 { 64 } else { 0 },
        iptc: i % 7 == 6,
        captions: Captions {
            rating,
            label: LABELS[i % LABELS.len()].map(str::to_owned),
            caption: format!("{title}, {}.", folder.to_lowercase()),
            title,
            people: subject.map(|s| vec![s.name.to_owned()]).unwrap_or_default(),
            keywords,
            creator: CREATOR.to_owned(),
            copyright: COPYRIGHT.to_owned(),
            date: "2026-06-13".to_owned(),
        },
        subject,
    }
}

impl Shot {
    /// The camera's side of the shot; `width` and `height` as stored.
    pub fn exposure(&self, index: usize, width: usize, height: usize) -> Exposure {
        let mut chance = Chance::new(self.seed ^ 0xE81F);
        let seconds = 14 * 3600 + index as u32 * 787 % (9 * 3600) + chance.index(60) as u32;
        Exposure {
            orientation: self.orientation,
            taken: format!("2026:06:13 {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
            offset: "+02:00".to_owned(),
            sub_seconds: format!("{:03}", chance.index(1000)),
            shutter: (1, chance.pick(&[60, 125, 250, 500, 1000])),
            aperture_tenths: chance.pick(&[28, 40, 56, 80]),
            iso: chance.pick(&[100, 200, 400, 800, 1600]),
            focal_mm: chance.pick(&[24, 35, 50, 70]),
            width: width as u32,
            height: height as u32,
            srgb: self.space == Space::Srgb,
            artist: Some(self.captions.creator.clone()),
            copyright: Some("(c) 2026 Studio Lindqvist".to_owned()),
            place: (index % 3 != 2).then_some((57.7089 + index as f64 * 0.0001, 11.9746)),
        }
    }
}
