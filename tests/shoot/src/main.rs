//! temporary
use darkslide_shoot::{canvas::Canvas, chance::Chance, develop::*, scenes::Scene};
fn main() {
    use Scene::*;
    let list = [
        (Hills, 0),
        (Hills, 1),
        (Hills, 2),
        (Hills, 3),
        (Lake, 0),
        (Lake, 1),
        (Lake, 2),
        (Sea, 0),
        (Sea, 1),
        (Sea, 2),
        (Night, 0),
        (Night, 1),
        (Forest, 0),
        (Forest, 1),
        (Forest, 2),
        (City, 0),
        (City, 1),
        (City, 5),
        (HotAirBalloons, 0),
        (HotAirBalloons, 1),
        (PartyBalloons, 0),
        (PartyBalloons, 1),
        (Bouquet, 0),
        (Bouquet, 1),
        (Bouquet, 2),
        (Meadow, 0),
        (Meadow, 1),
        (Lights, 0),
        (Lights, 1),
        (Lights, 2),
        (Confetti, 0),
        (Confetti, 1),
        (Fireworks, 0),
        (Cake, 0),
        (Cake, 1),
        (StillLife, 0),
        (StillLife, 1),
        (Rings, 0),
        (Rings, 1),
        (Candles, 0),
        (Paper, 0),
        (Paper, 1),
        (Paper, 2),
        (Underwater, 0),
        (Underwater, 1),
        (Bust, 0),
        (Bust, 1),
        (Bust, 2),
        (Bust, 3),
        (Bust, 4),
        (Bust, 5),
    ];
    let args: Vec<String> = std::env::args().collect();
    let big: usize = args.get(2).map(|s| s.parse().unwrap()).unwrap_or(600);
    let only: Option<&String> = args.get(3);
    for (i, (s, m)) in list.iter().enumerate() {
        if let Some(o) = only {
            if !format!("{s:?}").contains(o.as_str()) {
                continue;
            }
        }
        let portrait = i % 3 == 2 || matches!(s, Bust);
        let (w, h) = if portrait { (big * 2 / 3, big) } else { (big, big * 2 / 3) };
        let t = std::time::Instant::now();
        let mut c = Canvas::new(w, h);
        s.paint(&mut c, &mut Chance::new(i as u64 + 7), *m);
        let px = develop(&c, w, h, Space::Srgb, 5);
        let mut out = format!("P6 {w} {h} 255\n").into_bytes();
        out.extend(px);
        std::fs::write(format!("{}/{i:02}-{s:?}{m}.ppm", args[1]), out).unwrap();
        eprintln!("{s:?} {m} {:?}", t.elapsed());
    }
}
