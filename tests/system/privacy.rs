//! A child's code shows that child's pictures: whatever address, search, count or conditional request of a
//! full session is repeated with it, nothing of the others comes out. And proofs tell no secrets of the camera.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use darkslide_shoot::{exif, shoot};
use darkslide_tests::{
    Machine, World,
    customer::{Customer, Line, Reply, order_body},
    jpeg, pictures,
    shop::{Visit, visit},
};
use serde_json::json;
use wire::customer::{GalleryView, PhotoListing, PhotoView};

const MIAS: [&str; 3] = ["a-01.jpg", "a-02.jpg", "a-05.jpg"];

async fn school() -> Result<(World, Machine, String, String)> {
    let world = World::start().await?;
    let studio = world.studio("Aurora")?;
    let photos = world.dir.path().join("photos");
    pictures::shoot(&photos, "a", 8, 600, 400)?;
    let roster = world.dir.path().join("roster.csv");
    // a-05 shows siblings: Mia's code shows the picture, and says nothing of her brother.
    std::fs::write(
        &roster,
        "file,title,keywords,subject,group\n\
         a-01,Portrait one,portrait;smiling,Mia Berg,3b\n\
         a-02,Portrait two,portrait,Mia Berg,3b\n\
         a-03,Portrait three,portrait;serious,Noah Stern,4a\n\
         a-04,Portrait four,portrait,Noah Stern,4a\n\
         a-05,Siblings,portrait;siblings,Mia Berg,3b\n\
         a-05,Siblings,portrait;siblings,Noah Stern,4a\n\
         a-06,Class picture,class,Zoë Quist,4a\n",
    )?;
    studio.must(&["import-metadata", darkslide_tests::world::utf8(&roster)?])?;
    studio.scan(&photos)?;
    let list = studio.price_list()?;
    let full = studio.publish("School", &photos, Some(list), &[])?;
    let child = studio.code("School", &["Mia Berg"])?;
    Ok((world, studio, full, child))
}

/// What must not occur in any answer to the child: every text and byte that is only in others' pictures.
fn needles(full: &Visit, foreign: &[&PhotoView]) -> Vec<Vec<u8>> {
    let mut texts: Vec<String> =
        ["Noah", "Stern", "Zoë", "Quist", "serious", "Class picture"].map(String::from).into();
    for photo in foreign {
        texts.extend([
            photo.id.to_string(),
            photo.version.hex(),
            photo.file_name.clone(),
            photo.micro.clone(),
        ]);
        for image in [&photo.thumbnail, &photo.proof].into_iter().flatten() {
            texts.push(image.url.split('?').next().unwrap_or_default().to_owned());
        }
    }
    ensure_distinct(full, &texts);
    texts.into_iter().map(String::into_bytes).collect()
}

fn ensure_distinct(full: &Visit, texts: &[String]) {
    for own in full.photos.iter().filter(|p| MIAS.contains(&p.file_name.as_str())) {
        assert!(!texts.contains(&own.micro) && !texts.contains(&own.id.to_string()));
    }
}

fn holds_foreign(reply: &Reply, needles: &[Vec<u8>]) -> Option<String> {
    let headers = format!("{:?}", reply.headers).into_bytes();
    let found = needles.iter().find(|n| {
        [&reply.body, &headers].iter().any(|text| text.windows(n.len()).any(|w| w == n.as_slice()))
    });
    found.map(|n| String::from_utf8_lossy(n).into_owned())
}

/// A full session that looks at everything there is.
async fn wander(full: &Visit) -> Result<BTreeMap<String, Reply>> {
    let gallery = full.gallery;
    let view: GalleryView = full.customer.gallery(gallery).await?;
    let mut paths = vec![
        "/api/gallery/session".to_owned(),
        format!("/api/gallery/{gallery}"),
        format!("/api/gallery/{gallery}/products"),
        format!("/api/gallery/{gallery}/cart"),
    ];
    let mut queries: Vec<String> =
        ["", "limit=3", "favourites=true", "q=portrait", "q=noah", "q=a-0", "q=class", "q=stern"]
            .map(String::from)
            .into();
    queries.extend(view.keywords.iter().map(|k| format!("keyword={}", k.value)));
    queries.extend(view.sections.iter().map(|s| format!("section={}", s.value)));
    queries.extend(view.subjects.iter().map(|s| format!("subject={}", s.subject.subject)));
    paths.extend(queries.iter().map(|q| format!("/api/gallery/{gallery}/photos?{q}")));
    let page = full.customer.page(gallery, "limit=3").await?;
    paths.push(format!("/api/gallery/{gallery}/photos?limit=3&cursor={}", page.next.context("a next page")?));
    for photo in &full.photos {
        paths.push(format!("/api/gallery/{gallery}/photos/{}", photo.id));
        paths.extend([&photo.thumbnail, &photo.proof].into_iter().flatten().map(|i| i.url.clone()));
    }
    let mut replies = BTreeMap::new();
    for path in paths {
        let reply = full.customer.get(&path).await?;
        ensure!(reply.status == 200, "{path} answers {} to the full session", reply.status);
        replies.insert(path, reply);
    }
    Ok(replies)
}

#[tokio::test]
async fn a_childs_code_replays_a_full_session_and_learns_nothing() -> Result<()> {
    let (world, _studio, full_code, child_code) = school().await?;
    let full = visit(&world, &full_code).await?;
    let child = visit(&world, &child_code).await?;
    ensure!(full.photos.len() == 8 && full.gallery == child.gallery);
    let (own, foreign): (Vec<&PhotoView>, Vec<&PhotoView>) =
        full.photos.iter().partition(|p| MIAS.contains(&p.file_name.as_str()));
    ensure!(own.len() == 3 && child.photos.len() == 3);
    for photo in &full.photos {
        let path = format!("/api/gallery/{}/favourites/{}", full.gallery, photo.id);
        ensure!(full.customer.send("PUT", &path, None, &[]).await?.status == 204);
    }
    let needles = needles(&full, &foreign);
    let replies = wander(&full).await?;
    ensure!(
        holds_foreign(&replies[&format!("/api/gallery/{}", full.gallery)], &needles).is_some(),
        "the needles find nothing"
    );

    for (path, seen) in &replies {
        let tags = seen.headers.get("etag").and_then(|t| t.to_str().ok()).unwrap_or("\"none\"").to_owned();
        for condition in [None, Some(tags.as_str()), Some("*")] {
            let headers: Vec<(&str, &str)> = condition.map(|c| ("if-none-match", c)).into_iter().collect();
            let reply = child.customer.send("GET", path, None, &headers).await?;
            if let Some(text) = holds_foreign(&reply, &needles) {
                anyhow::bail!("{path} ({condition:?}) tells the child {text:?}");
            }
            ensure!(reply.status != 304, "{path} confirms with 304 what only the full session may know");
            if path.starts_with("/img/") {
                ensure!(reply.status == 403, "{path} answers {} to the child", reply.status);
            }
            if reply.status == 200 && path.contains("/photos?") {
                counts_only_own(path, seen, &reply, &own)?;
            }
        }
    }
    let view = child.customer.gallery(child.gallery).await?;
    ensure!(view.photos == 3 && view.favourites == 0, "{view:?}");
    ensure!(view.keywords.iter().all(|k| k.photos <= 3) && view.subjects.len() == 1, "{view:?}");
    writing_reveals_nothing(&child, &foreign, &needles).await?;
    addresses_cannot_be_mixed(&child, &foreign, &needles).await
}

/// The child's listing is the full one cut down to her pictures, and its total says no more.
fn counts_only_own(path: &str, seen: &Reply, reply: &Reply, own: &[&PhotoView]) -> Result<()> {
    let (theirs, hers): (PhotoListing, PhotoListing) = (seen.json()?, reply.json()?);
    ensure!(hers.photos.iter().all(|p| own.iter().any(|o| o.id == p.id)), "{path}");
    if !path.contains("limit=") && !path.contains("favourites") {
        let wanted: Vec<_> =
            theirs.photos.iter().filter(|p| own.iter().any(|o| o.id == p.id)).map(|p| p.id).collect();
        let subject_of_others = path.contains("subject=") && hers.photos.is_empty();
        // Her brother's name is no word she can search for, although a picture of hers shows him.
        let name_of_others = path.ends_with("q=noah") || path.ends_with("q=stern");
        if subject_of_others || name_of_others {
            ensure!(hers.total == 0 && hers.photos.is_empty(), "{path}: {} of another child", hers.total);
        } else {
            let found: Vec<_> = hers.photos.iter().map(|p| p.id).collect();
            ensure!(
                found == wanted && hers.total == wanted.len() as u64,
                "{path}: {found:?}, total {}",
                hers.total
            );
        }
    }
    ensure!(hers.total <= 3, "{path}: a total of {}", hers.total);
    Ok(())
}

async fn writing_reveals_nothing(child: &Visit, foreign: &[&PhotoView], needles: &[Vec<u8>]) -> Result<()> {
    let gallery = child.gallery;
    // What she sends comes back in no answer, so that "is there such a picture" cannot be asked.
    let unknown = PhotoView { id: domain::id::PhotoId::from_bytes([7; 16]), ..child.photos[0].clone() };
    let mut answers = Vec::new();
    for photo in [foreign[0], &unknown] {
        let line = Line::centred("4x6-glossy", 1, photo, 6, 4);
        let total = json!({ "minor": 250, "currency": "EUR" });
        let body = json!({ "lines": [line], "customer": { "name": "M", "email": "m@example.org", "phone": null },
            "destination": { "kind": "pick_up" }, "note": null, "total_shown": total });
        let quote = format!("/api/order/{gallery}/quote");
        let favourite = format!("/api/gallery/{gallery}/favourites/{}", photo.id);
        let replies = [
            child.customer.send("PUT", &favourite, None, &[]).await?,
            child.customer.send("POST", &quote, Some(body.clone()), &[]).await?,
            child.customer.try_place(gallery, body, &format!("key-of-a-curious-child-{}", photo.id)).await?,
        ];
        for reply in &replies {
            ensure!((400..500).contains(&reply.status), "{}", String::from_utf8_lossy(&reply.body));
            ensure!(holds_foreign(reply, needles).is_none());
        }
        answers.push(replies.map(|r| (r.status, String::from_utf8_lossy(&r.body).into_owned())));
    }
    ensure!(answers[0] == answers[1], "a foreign picture is told apart from none: {answers:?}");
    ensure!(child.customer.page(gallery, "favourites=true").await?.total == 0);
    Ok(())
}

/// Her own token does not open another's picture, nor does another's key with no token.
async fn addresses_cannot_be_mixed(child: &Visit, foreign: &[&PhotoView], needles: &[Vec<u8>]) -> Result<()> {
    let own = child.photos[0].proof.as_ref().context("a proof")?;
    let token = own.url.split_once("?t=").context("a token")?.1;
    ensure!(child.customer.get(&own.url).await?.status == 200);
    let theirs =
        foreign[0].proof.as_ref().context("a proof")?.url.split('?').next().unwrap_or_default().to_owned();
    for path in [format!("{theirs}?t={token}"), theirs.clone(), format!("{theirs}?t=")] {
        for condition in ["\"x\"", "*"] {
            let reply = child.customer.send("GET", &path, None, &[("if-none-match", condition)]).await?;
            ensure!(
                reply.status == 403 && holds_foreign(&reply, needles).is_none(),
                "{path}: {}",
                reply.status
            );
        }
    }
    // The cookie cannot be widened by hand.
    let forged: Customer = Customer::new(child_site(child))?;
    let reply = forged.send("GET", &own.url, None, &[("cookie", "darkslide=e30.e30.e30")]).await?;
    ensure!((400..500).contains(&reply.status));
    Ok(())
}

fn child_site(child: &Visit) -> &str {
    child.customer.site()
}

/// Of everything the host holds, nothing names the place, the camera or its owner; credit stays.
#[tokio::test]
async fn proofs_carry_no_place_serial_number_or_owner() -> Result<()> {
    let world = World::start().await?;
    let studio = world.studio("Aurora")?;
    let photos = world.dir.path().join("shoot");
    let order = shoot::Order { folder: photos.clone(), count: 10, width: 600, height: 400, seed: 3 };
    shoot::draw(&order, |_| {})?;
    let secrets =
        [exif::OWNER, exif::BODY_SERIAL, exif::LENS_SERIAL, "GPSLatitude", "SerialNumber", "OwnerName"];
    let original = std::fs::read(photos.join("Ceremony/DSL_0001.jpg"))?;
    for secret in [exif::OWNER, exif::BODY_SERIAL, exif::LENS_SERIAL] {
        ensure!(
            original.windows(secret.len()).any(|w| w == secret.as_bytes()),
            "the original lacks {secret}"
        );
    }
    studio.scan(&photos)?;
    let list = studio.price_list()?;
    let code = studio.publish("Wedding", &photos, Some(list), &[])?;
    let objects = world.objects()?;
    ensure!(objects.iter().filter(|o| o.is_image()).count() == 20);
    for object in &objects {
        let bytes = object.bytes()?;
        let database = std::fs::read(world.host_data().join("host.db"))?;
        for secret in secrets {
            let holds = |bytes: &[u8]| bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            ensure!(!holds(&bytes) && !holds(&database), "{} holds {secret}", object.key);
        }
        if object.is_image() {
            no_place(&bytes).with_context(|| object.key.clone())?;
        }
    }
    let credited = objects.iter().filter(|o| o.is_image());
    let credited = credited.filter(|o| {
        o.bytes().is_ok_and(|b| {
            String::from_utf8_lossy(&b).contains('©')
                || jpeg::segments(&b)
                    .iter()
                    .any(|(_, p)| p.windows(9).any(|w| w.eq_ignore_ascii_case(b"copyright")))
        })
    });
    ensure!(credited.count() > 0, "the copyright notice was lost");
    let seen = visit(&world, &code).await?;
    let line = Line::centred("4x6-glossy", 1, &seen.photos[0], 6, 4);
    let quote = seen.customer.quote(seen.gallery, std::slice::from_ref(&line)).await?;
    let body = order_body(&[line], &quote).to_string();
    ensure!(!body.contains("GPS"));
    Ok(())
}

/// No EXIF directory of a rendition points to a GPS directory (tag 0x8825).
fn no_place(bytes: &[u8]) -> Result<()> {
    for (marker, payload) in jpeg::segments(bytes) {
        if marker == 0xE1 && payload.starts_with(b"Exif\0\0") {
            let tag = [[0x25, 0x88, 4, 0], [0x88, 0x25, 0, 4]];
            ensure!(!payload.windows(4).any(|w| tag.iter().any(|t| t == w)), "it has a GPS directory");
        }
    }
    Ok(())
}
