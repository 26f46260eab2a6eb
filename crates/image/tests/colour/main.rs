//! Wide-gamut files against littlecms (`transicc`, Debian liblcms2-utils), and renditions in Chromium: what
//! another colour engine makes of the same numbers, and whether the browser everybody has shows them.
//! Both are skipped, with a notice, where the program is not installed.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod delta_e;
mod paper;

use darkslide_image::{Limits, MetadataPolicy, RenderRequest, Rendered, RenditionSpec, Sharpen, render};
use darkslide_jpeg::{EncodeOptions, Plane, Sampling, Segment, encode};
use std::io::Write;
use std::process::{Command, Stdio};

/// Pixels on the side of a patch: two MCUs of the 4:2:0 output, so that its middle knows no neighbour.
const PATCH: usize = 32;

/// Coded values a channel takes.
const STEPS: [u8; 7] = [0, 20, 60, 110, 160, 210, 255];

type Rgb = [u8; 3];

/// A 4:4:4 file with one patch for each combination of `STEPS`, 7 by 49 of them, tagged with `icc`.
fn patches(icc: &[u8]) -> Vec<u8> {
    let (w, h) = (7 * PATCH, 49 * PATCH);
    let mut planes = [const { Vec::new() }; 3];
    for y in 0..h {
        for x in 0..w {
            let row = y / PATCH;
            let [r, g, b] = [x / PATCH, row % 7, row / 7].map(|i| f64::from(STEPS[i]));
            let luma = 0.299 * r + 0.587 * g + 0.114 * b;
            let ycc = [luma, 128.0 + (b - luma) / 1.772, 128.0 + (r - luma) / 1.402];
            for (p, v) in planes.iter_mut().zip(ycc) {
                p.push(v.round().clamp(0.0, 255.0) as u8);
            }
        }
    }
    let mut app2 = b"ICC_PROFILE\0\x01\x01".to_vec();
    app2.extend_from_slice(icc);
    let views = planes.each_ref().map(|data| Plane { data, stride: w });
    let options = EncodeOptions {
        quality: 100,
        sampling: Sampling::S444,
        segments: &[Segment { marker: 0xE2, data: &app2 }],
        ..Default::default()
    };
    let mut jpeg = Vec::new();
    encode(w as u32, h as u32, &views, &options, &mut jpeg).unwrap();
    jpeg
}

/// The middle of each patch.
fn middles(jpeg: &[u8]) -> Vec<Rgb> {
    let px = image::load_from_memory(jpeg).unwrap().into_rgb8();
    let middle = |i: usize| (i * PATCH + PATCH / 2) as u32;
    (0..343).map(|i| px.get_pixel(middle(i % 7), middle(i / 7)).0).collect()
}

fn rendered(jpeg: &[u8], long_edge: u32) -> Rendered {
    let spec = RenditionSpec {
        name: "proof".into(),
        long_edge,
        quality: 100,
        watermark: None,
        sharpen: Sharpen::None,
    };
    let request =
        RenderRequest { edit: None, renditions: vec![spec], micro: false, keep: MetadataPolicy::default() };
    render(jpeg, &request, &Limits::default()).unwrap()
}

/// sRGB as littlecms converts it; `None` if it is not installed.
fn littlecms(icc: &[u8], colours: &[Rgb]) -> Option<Vec<[f64; 3]>> {
    transicc(icc, "*sRGB", colours)
}

/// Another profile's numbers as littlecms converts them.
fn littlecms_to(icc: &[u8], to: &[u8], colours: &[Rgb]) -> Option<Vec<[f64; 3]>> {
    let mut profile = tempfile::NamedTempFile::new().unwrap();
    profile.write_all(to).unwrap();
    transicc(icc, &profile.path().display().to_string(), colours)
}

fn transicc(icc: &[u8], to: &str, colours: &[Rgb]) -> Option<Vec<[f64; 3]>> {
    let mut profile = tempfile::NamedTempFile::new().unwrap();
    profile.write_all(icc).unwrap();
    let mut child = Command::new("transicc")
        .args(["-n", "-s", "-t0"])
        .arg(format!("-i{}", profile.path().display()))
        .arg(format!("-o{to}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take().unwrap();
    let lines: String = colours.iter().map(|[r, g, b]| format!("{r} {g} {b}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let out = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    writer.join().unwrap().unwrap();
    let numbers: Vec<f64> = out.split_whitespace().map(|n| n.parse().unwrap()).collect();
    assert_eq!(numbers.len(), 3 * colours.len(), "transicc answers every line");
    Some(numbers.chunks_exact(3).map(|c| [c[0], c[1], c[2]]).collect())
}

#[test]
fn wide_gamut_files_look_as_littlecms_says() {
    let profiles = [
        ("Adobe RGB", moxcms::ColorProfile::new_adobe_rgb()),
        ("Display P3", moxcms::ColorProfile::new_display_p3()),
        ("ProPhoto RGB", moxcms::ColorProfile::new_pro_photo_rgb()),
    ];
    for (name, profile) in profiles {
        let icc = profile.encode().unwrap();
        let file = patches(&icc);
        // What the file really holds, after its own rounding.
        let Some(expected) = littlecms(&icc, &middles(&file)) else {
            eprintln!("skipped: transicc is not installed (Debian liblcms2-utils)");
            return;
        };
        let got = middles(&rendered(&file, 49 * PATCH as u32).renditions[0].jpeg);
        let mut all: Vec<f64> = expected
            .iter()
            .zip(&got)
            .map(|(e, g)| delta_e::delta_e_2000(delta_e::lab(*e), delta_e::lab(g.map(f64::from))))
            .collect();
        all.sort_by(f64::total_cmp);
        let (mean, most, worst) = (all.iter().sum::<f64>() / 343.0, all[343 * 95 / 100], all[342]);
        eprintln!("{name}: mean {mean:.2}, 95 % below {most:.2}, worst {worst:.2}");
        assert!(mean < 0.2 && most < 0.5 && worst < 1.0, "{name}: {mean:.2} {most:.2} {worst:.2}");
    }
}

#[test]
fn chromium_shows_renditions() {
    let Some(browser) = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|b| Command::new(b).arg("--version").output().is_ok_and(|o| o.status.success()))
    else {
        eprintln!("skipped: no Chromium here");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let icc = moxcms::ColorProfile::new_adobe_rgb().encode().unwrap();
    let file = patches(&icc);
    let (mut tags, mut sizes) = (String::new(), Vec::new());
    for long_edge in [1568, 400, 64] {
        let r = rendered(&file, long_edge);
        std::fs::write(folder.path().join(format!("{long_edge}.jpg")), &r.renditions[0].jpeg).unwrap();
        tags.push_str(&format!("<img src={long_edge}.jpg>"));
        sizes.push(format!("{}x{}", r.renditions[0].width, r.renditions[0].height));
    }
    // A picture that cannot be decoded has the size 0 x 0.
    let page = format!(
        "<html><body>{tags}<script>onload = () => {{ const i = [...document.images];\
         document.title = i.map(x => x.naturalWidth + 'x' + x.naturalHeight).join(' '); }}</script></body></html>"
    );
    std::fs::write(folder.path().join("page.html"), page).unwrap();
    let out = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=4000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", folder.path().join("page.html").display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&out.stdout);
    assert!(dom.contains(&format!("<title>{}</title>", sizes.join(" "))), "{dom}");
}
