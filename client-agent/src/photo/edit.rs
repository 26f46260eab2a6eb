//! `darkslide photo edit`: what the studio decides about a photo. Recorded, never burnt into the original.

use domain::{
    geometry::{Crop, Rect, check_crop},
    text,
};
use rusqlite::params;
use serde::Serialize;

use super::find;
use crate::{
    catalog::photos::{self, PhotoRow, unreadable},
    cli::photo::EditArgs,
    context::Context,
    error::AgentError,
    exit::Exit,
    output::shown,
};

#[derive(Serialize)]
struct Edited {
    photo: domain::id::PhotoId,
    file: String,
    edit: Option<Crop>,
    frame: domain::geometry::Size,
}

pub fn run(ctx: &Context, args: &EditArgs) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let all = catalog.read(photos::all)?;
    let mut photo = find(&all, &args.photo)?.clone();
    if nothing_asked(args) {
        return Err(AgentError::new("no change was asked for")
            .fix("say what: --crop, --rotate, --straighten, --reset, --title, --caption, --price-group or --keyword")
            .usage());
    }
    photo.edit = crop(&photo, args)?;
    let id = photo.id.to_string();
    let edit = photo.edit.map(|e| serde_json::to_string(&e)).transpose();
    let edit = edit.map_err(|e| AgentError::from(unreadable(0, e)))?;
    catalog.write(|tx| {
        tx.execute("UPDATE photo SET edit = ?2 WHERE id = ?1", params![id, edit])?;
        for (column, value) in [
            ("title", args.title.as_ref().map(|t| text::one_line(t, 200))),
            ("caption", args.caption.as_ref().map(|t| text::paragraph(t, 2000))),
            ("price_group", args.price_group.as_ref().map(|t| text::one_line(t, 60))),
        ] {
            if let Some(value) = value {
                // NULL: what the file or the roster says.
                let value = Some(value).filter(|v| !v.is_empty());
                tx.execute(&format!("UPDATE photo SET {column} = ?2 WHERE id = ?1"), params![id, value])?;
            }
        }
        if !args.keyword.is_empty() {
            keywords(tx, &id, &args.keyword)?;
        }
        Ok(())
    })?;
    let edited = Edited { photo: photo.id, file: photo.shown(), edit: photo.edit, frame: photo.frame() };
    ctx.out.result(&edited, || {
        format!(
            "{}: customers see {} × {} pixels of it\nnext: `darkslide gallery publish GALLERY` shows the change",
            edited.file, edited.frame.width, edited.frame.height
        )
    });
    Ok(Exit::Ok)
}

fn nothing_asked(args: &EditArgs) -> bool {
    args.crop.is_none()
        && args.rotate.is_none()
        && args.straighten.is_none()
        && !args.reset
        && args.title.is_none()
        && args.caption.is_none()
        && args.price_group.is_none()
        && args.keyword.is_empty()
}

/// The edit after this command: what was recorded before stays unless it is given anew.
fn crop(photo: &PhotoRow, args: &EditArgs) -> Result<Option<Crop>, AgentError> {
    let mut edit = if args.reset { Crop::FULL } else { photo.edit.unwrap_or(Crop::FULL) };
    if let Some(degrees) = args.rotate {
        if degrees % 90 != 0 {
            return Err(AgentError::new(format!("{degrees} degrees is no quarter turn"))
                .fix("give 0, 90, 180 or 270; small angles are for --straighten")
                .usage());
        }
        let turns = degrees.rem_euclid(360) / 90;
        let before = edit.quarter_turns;
        edit.quarter_turns = u8::try_from(turns).unwrap_or(0);
        // A rectangle belongs to the frame it was drawn in: it turns with the picture.
        if args.crop.is_none() {
            edit.rect = turned(edit.rect, (edit.quarter_turns + 4 - before) % 4);
        }
    }
    if let Some(angle) = args.straighten {
        edit.angle = angle;
    }
    if let Some(numbers) = &args.crop {
        edit.rect = rectangle(numbers)?;
    }
    if edit == Crop::FULL {
        return Ok(None);
    }
    check_crop(&edit, photo.upright()).map_err(|e| {
        AgentError::new("the edit cannot be used").why(e).fix(
            "give the part to keep as left,top,width,height from 0 to 1: --crop 0.1,0,0.8,1; \
             a straightened picture needs a smaller part",
        )
    })?;
    Ok(Some(edit))
}

fn turned(r: Rect, turns: u8) -> Rect {
    (0..turns).fold(r, |r, _| Rect { x: 1.0 - r.y - r.height, y: r.x, width: r.height, height: r.width })
}

fn rectangle(numbers: &str) -> Result<Rect, AgentError> {
    let wrong = |why: String| {
        AgentError::new(format!("{:?} is no part of a picture", shown(numbers)))
            .why(why)
            .fix("give left,top,width,height from 0 to 1: --crop 0.1,0,0.8,1")
            .usage()
    };
    let parsed: Result<Vec<f64>, _> = numbers.split(',').map(|n| n.trim().parse::<f64>()).collect();
    match parsed.map_err(|e| wrong(e.to_string()))?.as_slice() {
        [x, y, width, height] => Ok(Rect { x: *x, y: *y, width: *width, height: *height }),
        other => Err(wrong(format!("it has {} numbers, not 4", other.len()))),
    }
}

/// `word` adds, `-word` removes; a word that is added is not removed any more, and the other way round.
fn keywords(tx: &rusqlite::Transaction<'_>, id: &str, changes: &[String]) -> rusqlite::Result<()> {
    let (added, removed): (String, String) =
        tx.query_row("SELECT keywords_added, keywords_removed FROM photo WHERE id = ?1", [id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let list = |json: &str| serde_json::from_str::<Vec<String>>(json).unwrap_or_default();
    let (mut added, mut removed) = (list(&added), list(&removed));
    for change in changes {
        let (word, to, from) = match change.strip_prefix('-') {
            Some(word) => (word, &mut removed, &mut added),
            None => (change.as_str(), &mut added, &mut removed),
        };
        let word = text::one_line(word, 64);
        from.retain(|k| *k != word);
        if !word.is_empty() && !to.contains(&word) {
            to.push(word);
        }
    }
    let json = |list: &[String]| serde_json::to_string(list).map_err(|e| unreadable(0, e));
    tx.execute(
        "UPDATE photo SET keywords_added = ?2, keywords_removed = ?3 WHERE id = ?1",
        params![id, json(&added)?, json(&removed)?],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::tests::photo;

    fn args() -> EditArgs {
        EditArgs {
            photo: String::new(),
            crop: None,
            rotate: None,
            straighten: None,
            reset: false,
            title: None,
            caption: None,
            price_group: None,
            keyword: vec![],
        }
    }

    #[test]
    fn edits_add_up_and_a_rectangle_turns_with_the_picture() {
        let mut one = photo(1, "/a/1.jpg", None, &[]);
        one.edit = crop(&one, &EditArgs { crop: Some("0.5,0,0.5,1".into()), ..args() }).unwrap();
        assert_eq!(one.frame(), domain::geometry::Size::new(3000, 4000));
        one.edit = crop(&one, &EditArgs { rotate: Some(90), ..args() }).unwrap();
        let edit = one.edit.unwrap();
        assert_eq!((edit.rect, edit.quarter_turns), (Rect { x: 0.0, y: 0.5, width: 1.0, height: 0.5 }, 1));
        assert_eq!(one.frame(), domain::geometry::Size::new(4000, 3000));
        assert_eq!(crop(&one, &EditArgs { reset: true, ..args() }).unwrap(), None);
    }

    #[test]
    fn impossible_crops_are_refused_with_the_way_out() {
        let one = photo(1, "/a/1.jpg", None, &[]);
        for bad in ["NaN,0,1,1", "-0.5,0,1,1", "0.5,0,0.9,1", "0,0,0,0", "0,0,inf,1", "0,0,1", "x"] {
            let error = crop(&one, &EditArgs { crop: Some(bad.into()), ..args() }).unwrap_err();
            assert!(error.parts().2.is_some_and(|fix| fix.contains("--crop")), "{bad}: {error}");
        }
        assert!(crop(&one, &EditArgs { rotate: Some(45), ..args() }).is_err());
        assert!(
            crop(&one, &EditArgs { straighten: Some(5.0), ..args() }).is_err(),
            "it would show the corners"
        );
    }
}
