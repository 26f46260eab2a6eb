//! `darkslide batch slips`: an A4 page for each order, in the order the bags are packed. Class and child are large,
//! because whoever sorts the bags reads nothing else.

use domain::{
    order::{LineKind, Order, OrderLine},
    text::{one_line, paragraph},
};
use serde::Serialize;

use super::{
    gather::{Bag, Batch, gather},
    words::{self, Words},
};
use crate::{
    AgentError, Context, Exit,
    cli::batch::SlipsArgs,
    error::What,
    host,
    init::write_whole,
    orders::day,
    output::count,
    paper::{A4, MM, Paper, bold, plain},
    paths,
};

const MARGIN: f32 = 18.0 * MM;
const WIDTH: f32 = A4.0 - 2.0 * MARGIN;
const RIGHT: f32 = MARGIN + WIDTH;
const FOOT: f32 = 14.0 * MM;
/// Where the pictures' names begin, and where the product's name begins.
const PICTURES: f32 = MARGIN + 82.0 * MM;
const PRODUCT: f32 = MARGIN + 14.0 * MM;
const PRICE: f32 = 26.0 * MM;

#[derive(Serialize)]
struct Written {
    file: String,
    slips: usize,
    pages: usize,
}

pub fn run(ctx: &Context, args: &SlipsArgs) -> Result<Exit, AgentError> {
    let account = host::account::required(ctx)?;
    let batch = gather(&ctx.catalog()?, &args.gallery)?;
    let paper = draw(&batch, &account.studio_name, args.prices);
    let (slips, pages) = (batch.bags.len(), paper.pages());
    write_whole(&args.file, &paper.finish())
        .what(format!("the slips {} cannot be written", paths::shown(&args.file)))
        .map_err(|e| e.fix("choose a folder you may write to"))?;
    let written = Written { file: paths::shown(&args.file), slips, pages };
    ctx.out.result(&written, || {
        format!("{} on {} in {}", count(slips, "slip"), count(pages, "page"), written.file)
    });
    Ok(Exit::Ok)
}

fn draw(batch: &Batch, studio: &str, prices: bool) -> Paper {
    let mut paper = Paper::default();
    for (i, bag) in batch.bags.iter().enumerate() {
        let foot = format!("{} · {}/{}", one_line(&batch.gallery.name, 80), i + 1, batch.bags.len());
        let mut slip = Slip {
            paper: &mut paper,
            bag,
            words: words::of(bag.order()),
            studio,
            foot,
            prices,
            y: 0.0,
            page: 0,
        };
        slip.draw();
    }
    paper
}

struct Slip<'a> {
    paper: &'a mut Paper,
    bag: &'a Bag,
    words: &'static Words,
    studio: &'a str,
    foot: String,
    prices: bool,
    /// The next line's baseline.
    y: f32,
    page: u32,
}

impl Slip<'_> {
    fn draw(&mut self) {
        let bag = self.bag;
        self.begin_page();
        for line in &bag.order().lines {
            self.line(line);
        }
        self.paper.rule(MARGIN, self.y + 4.0, WIDTH, 0.6);
        self.y -= 12.0;
        if self.prices {
            self.sums(bag.order());
        }
        if let Some(note) = &bag.order().note {
            self.note(note);
        }
    }

    fn begin_page(&mut self) {
        let (words, order) = (self.words, self.bag.order());
        self.page += 1;
        self.paper.new_page();
        let top = A4.1 - MARGIN;
        self.paper.text(
            plain(9.0),
            MARGIN,
            top - 9.0,
            &self.paper.fit(plain(9.0), &one_line(self.studio, 120), 90.0 * MM),
        );
        self.paper.text_to(plain(9.0), RIGHT, top - 9.0, words.slip);
        self.head(top);
        let foot = self.paper.fit(plain(8.0), &self.foot, 120.0 * MM);
        self.paper.text(plain(8.0), MARGIN, FOOT, &foot);
        let page = format!("{} {} · {} {}", words.order, order.id.number(), words.page, self.page);
        self.paper.text_to(plain(8.0), RIGHT, FOOT, &page);
    }

    /// Class and child, whom the bag is shared with, and who ordered; then the heading of the list.
    fn head(&mut self, top: f32) {
        let (words, bag) = (self.words, self.bag);
        let order = bag.order();
        let child = &bag.children[0];
        let class = self.paper.fit(bold(30.0), &child.class, 45.0 * MM);
        let class_width = self.paper.width(bold(30.0), &class);
        let mut y = top - 52.0;
        if !class.is_empty() {
            self.paper.text_to(bold(30.0), RIGHT, y, &class);
            self.paper.text_to(plain(8.0), RIGHT, y + 28.0, words.class);
        }
        let beside = WIDTH - class_width - 8.0 * MM;
        let size = if self.paper.width(bold(24.0), &child.name) <= beside { 24.0 } else { 18.0 };
        for line in self.paper.wrap(bold(size), &child.name, beside, 2) {
            self.paper.text(bold(size), MARGIN, y, &line);
            y -= size * 1.15;
        }
        let others: Vec<String> = bag.children[1..].iter().map(named).collect();
        if !others.is_empty() {
            let text = format!("{} {}", words.with, others.join(", "));
            for line in self.paper.wrap(plain(13.0), &text, WIDTH, 2) {
                self.paper.text(plain(13.0), MARGIN, y, &line);
                y -= 16.0;
            }
        }
        y -= 4.0;
        if let domain::place::Destination::ShipToSchool { school, .. } = &order.destination {
            let school = self.paper.fit(plain(10.0), &one_line(school, 200), WIDTH);
            self.paper.text(plain(10.0), MARGIN, y, &school);
            y -= 14.0;
        }
        let customer = &order.customer;
        let contact = [&customer.phone, &customer.email].into_iter().flatten();
        let by = std::iter::once(&customer.name).chain(contact).map(|t| one_line(t, 120));
        let by = format!("{}: {}", words.ordered_by, by.collect::<Vec<_>>().join(" · "));
        let by = self.paper.fit(plain(10.0), &by, WIDTH);
        self.paper.text(plain(10.0), MARGIN, y, &by);
        y -= 14.0;
        let number = format!("{} {} {} {}", words.order, order.id.number(), words.of, day(order.placed_at.0));
        self.paper.text(plain(10.0), MARGIN, y, &number);
        y -= 26.0;
        self.paper.text(bold(9.0), MARGIN, y, words.quantity);
        self.paper.text(bold(9.0), PRODUCT, y, words.product);
        self.paper.text(bold(9.0), PICTURES, y, words.pictures);
        if self.prices {
            self.paper.text_to(bold(9.0), RIGHT, y, words.price);
        }
        self.paper.rule(MARGIN, y - 4.0, WIDTH, 0.3);
        self.y = y - 18.0;
    }

    fn room(&mut self, height: f32) {
        if self.y - height < FOOT + 16.0 {
            self.begin_page();
        }
    }

    fn line(&mut self, line: &OrderLine) {
        let product = product(line);
        let product = self.paper.wrap(plain(10.0), &product, PICTURES - PRODUCT - 4.0 * MM, 3);
        let files: Vec<String> = line.nodes.iter().map(|n| one_line(&n.file_name, 80)).collect();
        let until = if self.prices { RIGHT - PRICE } else { RIGHT };
        let files = self.paper.wrap(plain(10.0), &files.join(", "), until - PICTURES, 6);
        let rows = product.len().max(files.len()).max(1);
        self.room(rows as f32 * 13.0);
        let y = self.y;
        self.paper.text(bold(10.0), MARGIN, y, &line.quantity.to_string());
        if self.prices {
            self.paper.text_to(plain(10.0), RIGHT, y, &line.total.to_string());
        }
        for (x, texts) in [(PRODUCT, &product), (PICTURES, &files)] {
            for (i, text) in texts.iter().enumerate() {
                self.paper.text(plain(10.0), x, y - 13.0 * i as f32, text);
            }
        }
        self.y -= rows as f32 * 13.0 + 5.0;
    }

    fn sums(&mut self, order: &Order) {
        let words = self.words;
        let mut rows = vec![(words.subtotal.to_owned(), order.subtotal.to_string())];
        if let Some(discount) = &order.charges.discount {
            let text = format!("{} {}", words.discount, one_line(&discount.code, 40));
            rows.push((text, format!("−{}", discount.amount)));
        }
        rows.push((words.delivery.to_owned(), order.shipping.to_string()));
        if let Some(fee) = &order.charges.late_fee {
            rows.push((words.late.to_owned(), fee.to_string()));
        }
        if let Some(tax) = &order.charges.tax {
            rows.push((one_line(&tax.name, 40), tax.amount.to_string()));
        }
        self.room(rows.len() as f32 * 14.0 + 20.0);
        for (text, amount) in rows {
            self.paper.text_to(plain(10.0), RIGHT - PRICE, self.y, &text);
            self.paper.text_to(plain(10.0), RIGHT, self.y, &amount);
            self.y -= 14.0;
        }
        let paid = if order.paid_at.is_some() { words.paid } else { words.not_paid };
        self.paper.text_to(bold(11.0), RIGHT - PRICE, self.y - 2.0, &format!("{} ({paid})", words.total));
        self.paper.text_to(bold(11.0), RIGHT, self.y - 2.0, &order.total.to_string());
        self.y -= 26.0;
    }

    fn note(&mut self, note: &str) {
        let text = format!("{}: {}", self.words.note, paragraph(note, 1_000));
        let lines = self.paper.wrap(plain(10.0), &text, WIDTH, 20);
        self.room(lines.len() as f32 * 13.0);
        for line in lines {
            self.paper.text(plain(10.0), MARGIN, self.y, &line);
            self.y -= 13.0;
        }
    }
}

pub(super) fn named(child: &super::children::Child) -> String {
    match child.class.as_str() {
        "" => child.name.clone(),
        class => format!("{} ({class})", child.name),
    }
}

fn product(line: &OrderLine) -> String {
    let name = one_line(&line.product_name, 120);
    let name = match line.kind {
        LineKind::Unit { pieces } => format!("{name} ({pieces} ×)"),
        _ => name,
    };
    match &line.package {
        Some(package) => format!("{name} – {}", one_line(&package.name, 120)),
        None => name,
    }
}
