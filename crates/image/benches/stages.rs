//! What each stage costs on a 6 megapixel picture: `cargo bench -p darkslide-image`.

use darkslide_image::{
    Affine, EditedFrame, Limits, MetadataPolicy, PrintProfile, PrintRequest, RenderRequest, Renderer,
    RenditionSpec, Sharpen, Size, Watermark, WatermarkContent, WatermarkPosition, metadata, print,
    render_with,
};
use darkslide_jpeg::{
    Buffers, DecodeOptions, EncodeOptions, Plane, Sampling, Scale, decode_strips, encode, read_entropy,
};
use std::sync::OnceLock;

const WIDTH: u32 = 3000;
const HEIGHT: u32 = 2000;

fn main() {
    divan::main();
}

fn planes() -> &'static [Vec<u8>; 3] {
    static PLANES: OnceLock<[Vec<u8>; 3]> = OnceLock::new();
    PLANES.get_or_init(|| {
        let mut seed = 1u32;
        let mut plane = |w: u32, h: u32, period: f32| -> Vec<u8> {
            (0..w * h)
                .map(|i| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let (x, y) = ((i % w) as f32, (i / w) as f32);
                    let v = 128.0 + 70.0 * (x / period).sin() * (y / period / 1.3).cos();
                    (v + (seed >> 28) as f32) as u8
                })
                .collect()
        };
        [plane(WIDTH, HEIGHT, 37.0), plane(WIDTH / 2, HEIGHT / 2, 200.0), plane(WIDTH / 2, HEIGHT / 2, 330.0)]
    })
}

fn jpeg() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| {
        let [y, cb, cr] = planes();
        let view = |data, stride| Plane { data, stride };
        let views = [view(y, WIDTH as usize), view(cb, WIDTH as usize / 2), view(cr, WIDTH as usize / 2)];
        let mut out = Vec::new();
        let options = EncodeOptions { quality: 93, sampling: Sampling::S420, ..Default::default() };
        encode(WIDTH, HEIGHT, &views, &options, &mut out).expect("planes fit");
        out
    })
}

#[divan::bench(args = [Scale::Full, Scale::Half, Scale::ThreeEighths, Scale::Quarter, Scale::Eighth])]
fn decode(bencher: divan::Bencher<'_, '_>, scale: Scale) {
    let mut buffers = Buffers::default();
    let options = DecodeOptions { scale, ..Default::default() };
    bencher.bench_local(|| decode_strips(jpeg(), &options, &mut buffers, |_| true).map(|d| d.sound_rows));
}

#[divan::bench]
fn entropy(bencher: divan::Bencher<'_, '_>) {
    let mut buffers = Buffers::default();
    bencher.bench_local(|| read_entropy(jpeg(), Scale::Half, &mut buffers));
}

#[divan::bench(args = [false, true])]
fn encode_planes(bencher: divan::Bencher<'_, '_>, optimise: bool) {
    let [y, cb, cr] = planes();
    let view = |data, stride| Plane { data, stride };
    let views = [view(y, WIDTH as usize), view(cb, WIDTH as usize / 2), view(cr, WIDTH as usize / 2)];
    let mut out = Vec::new();
    bencher.bench_local(|| {
        out.clear();
        encode(WIDTH, HEIGHT, &views, &EncodeOptions { optimise, ..Default::default() }, &mut out)
    });
}

fn request(watermark: Option<Watermark>, sharpen: Sharpen, edit: Option<EditedFrame>) -> RenderRequest {
    let spec = RenditionSpec { name: "proof".into(), long_edge: 1024, quality: 82, watermark, sharpen };
    RenderRequest { edit, renditions: vec![spec], micro: false, keep: MetadataPolicy::default() }
}

fn rendering(bencher: divan::Bencher<'_, '_>, request: &RenderRequest) {
    let mut renderer = Renderer::new();
    bencher.bench_local(|| render_with(&mut renderer, jpeg(), request, &Limits::default()).map(|r| r.frame));
}

#[divan::bench]
fn render_plain(bencher: divan::Bencher<'_, '_>) {
    rendering(bencher, &request(None, Sharpen::None, None));
}

#[divan::bench]
fn render_sharpened(bencher: divan::Bencher<'_, '_>) {
    rendering(bencher, &request(None, Sharpen::Standard, None));
}

#[divan::bench]
fn render_watermarked(bencher: divan::Bencher<'_, '_>) {
    let content = WatermarkContent::Text("PROOF".into());
    let mark = Watermark { content, position: WatermarkPosition::Tiled, opacity: 0.4, relative_size: 0.3 };
    rendering(bencher, &request(Some(mark), Sharpen::None, None));
}

#[divan::bench]
fn render_straightened(bencher: divan::Bencher<'_, '_>) {
    let (sin, cos) = 0.05f64.sin_cos();
    let edit =
        EditedFrame { affine: Affine([cos, sin, -sin, cos, 200.0, 50.0]), size: Size::new(2400, 1600) };
    rendering(bencher, &request(None, Sharpen::None, Some(edit)));
}

#[divan::bench]
fn print_8x10(bencher: divan::Bencher<'_, '_>) {
    let request = PrintRequest {
        affine: Affine([0.8, 0.0, 0.0, 0.8, 100.0, 50.0]),
        width: 3000,
        height: 2400,
        ppi: 300,
        profile: PrintProfile::Srgb,
        sharpen: Sharpen::None,
        quality: 95,
        border: None,
        bleed: 0,
    };
    bencher.bench_local(|| print(jpeg(), &request, &Limits::default()).map(|p| p.width));
}

#[divan::bench]
fn read_metadata() -> bool {
    metadata(jpeg(), None).gps_present
}
