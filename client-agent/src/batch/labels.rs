//! `darkslide batch labels`: a label for the bag of each child, on sheets of 3 × 7 labels of 63.5 × 38.1 mm. Brothers
//! and sisters who share an order each get one, with a note whose bag it is in.

use serde::Serialize;

use super::{
    children::{Child, sort_key},
    gather::{Bag, Batch, gather},
    slips::named,
    words::{self, Words},
};
use crate::{
    AgentError, Context, Exit,
    cli::batch::LabelsArgs,
    error::What,
    init::write_whole,
    output::count,
    paper::{A4, MM, Paper, bold, plain},
    paths,
};

const LABEL: (f32, f32) = (63.5 * MM, 38.1 * MM);
const COLUMNS: usize = 3;
const ROWS: usize = 7;
/// From one label's left edge to the next one's.
const STEP: f32 = 66.04 * MM;
const LEFT: f32 = (A4.0 - 2.0 * STEP - LABEL.0) / 2.0;
const TOP: f32 = A4.1 - (A4.1 - ROWS as f32 * LABEL.1) / 2.0;
/// Sheets shift a little in the printer.
const INSIDE: f32 = 3.5 * MM;

#[derive(Serialize)]
struct Written {
    file: String,
    labels: usize,
    sheets: usize,
}

pub fn run(ctx: &Context, args: &LabelsArgs) -> Result<Exit, AgentError> {
    let batch = gather(&ctx.catalog()?, &args.gallery)?;
    let (paper, labels) = draw(&batch, args.skip.into());
    let sheets = paper.pages();
    write_whole(&args.file, &paper.finish())
        .what(format!("the labels {} cannot be written", paths::shown(&args.file)))
        .map_err(|e| e.fix("choose a folder you may write to"))?;
    let written = Written { file: paths::shown(&args.file), labels, sheets };
    ctx.out.result(&written, || {
        format!("{} on {} in {}", count(labels, "label"), count(sheets, "sheet"), written.file)
    });
    Ok(Exit::Ok)
}

fn draw(batch: &Batch, skip: usize) -> (Paper, usize) {
    let of_bag = |bag| Bag::labels(bag);
    let mut labels: Vec<(&Bag, &Child)> = batch.bags.iter().flat_map(of_bag).collect();
    labels.sort_by_cached_key(|(bag, child)| {
        (sort_key(&child.class, &child.name), bag.order().placed_at, bag.order().id)
    });
    // One language on all of them: those who hand the bags out see them side by side.
    let words = words::of_most(batch.bags.iter().map(Bag::order));
    let mut paper = Paper::default();
    for (i, (bag, child)) in labels.iter().enumerate() {
        let place = (i + skip) % (COLUMNS * ROWS);
        if i == 0 || place == 0 {
            paper.new_page();
        }
        let x = LEFT + (place % COLUMNS) as f32 * STEP;
        let top = TOP - (place / COLUMNS) as f32 * LABEL.1;
        label(&mut paper, words, bag, child, x + INSIDE, top - INSIDE);
    }
    (paper, labels.len())
}

impl Bag {
    fn labels(bag: &Bag) -> impl Iterator<Item = (&Bag, &Child)> {
        bag.children.iter().map(move |child| (bag, child))
    }
}

fn label(paper: &mut Paper, words: &Words, bag: &Bag, child: &Child, x: f32, top: f32) {
    let width = LABEL.0 - 2.0 * INSIDE;
    let bottom = top - LABEL.1 + 2.0 * INSIDE;
    let class = paper.fit(bold(20.0), &child.class, width * 0.45);
    let class_width = paper.width(bold(20.0), &class);
    paper.text(bold(20.0), x, top - 16.0, &class);
    let number = bag.order().id.number();
    paper.text_to(plain(8.0), x + width, top - 8.0, &number);
    let prints = bag.order().prints();
    if prints > 0 && class_width < width * 0.6 {
        let noun = if prints == 1 { words.print } else { words.prints };
        paper.text_to(plain(8.0), x + width, top - 18.0, &format!("{prints} {noun}"));
    }
    // The largest type in which the name fits one line, then two lines.
    let sizes = [15.0, 13.0, 12.0];
    let size = sizes.into_iter().find(|s| paper.width(bold(*s), &child.name) <= width).unwrap_or(11.0);
    let mut y = top - 38.0;
    let lines = if bag.children.len() == 1 { 3 } else { 2 };
    for line in paper.wrap(bold(size), &child.name, width, lines) {
        paper.text(bold(size), x, y, &line);
        y -= size * 1.1;
    }
    let others: Vec<String> = bag.with_others(child).into_iter().map(named).collect();
    if !others.is_empty() {
        let text = format!("{} {}", words.with, others.join(", "));
        for line in paper.wrap(plain(9.0), &text, width, 2) {
            paper.text(plain(9.0), x, y, &line);
            y -= 10.0;
        }
    }
    if let domain::place::Destination::ShipToSchool { school, .. } = &bag.order().destination {
        let school = paper.fit(plain(7.0), &domain::text::one_line(school, 120), width);
        paper.text(plain(7.0), x, bottom + 1.0, &school);
    }
}
