//! When an order may go to the lab without a hand: the release rules of the configuration.
//!
//! ```toml
//! [orders]
//! release = ["when paid", "under 50.00 EUR"]
//! ```
//! Any one rule is enough. Without rules everything waits for `darkslide orders approve`. An order with a
//! print that would look soft, or with a crop that does not match what would be printed (`mismatch`), always waits
//! for a hand, and one that goes to a school waits for its deadline.

use std::{fmt, str::FromStr};

use domain::{
    Millis,
    geometry::effective_ppi,
    money::{Currency, Money},
    order::{Order, OrderLine, PaymentMethod},
};
use serde::{Deserialize, Serialize};

/// The section `[orders]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Orders {
    pub release: Vec<Rule>,
    /// Whether files that were bought go to the host by themselves, once the order is released.
    pub send_files: bool,
    /// How long customers may fetch them there.
    pub files_for_days: FileDays,
}

/// 1 to `domain::digital::MAX_DAYS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub struct FileDays(pub u32);

impl TryFrom<u32> for FileDays {
    type Error = String;

    fn try_from(days: u32) -> Result<Self, String> {
        match days {
            1..=domain::digital::MAX_DAYS => Ok(Self(days)),
            _ => {
                Err(format!("files lie at the host for 1 to {} days, not {days}", domain::digital::MAX_DAYS))
            }
        }
    }
}

impl Default for Orders {
    fn default() -> Self {
        Self { release: vec![Rule::ByHand], send_files: true, files_for_days: FileDays(30) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    ByHand,
    Auto,
    WhenPaid,
    Under(Money),
    AfterDays(u32),
    /// Orders of a school, all together, when the day comes that the price list names.
    AtDeadline,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a release rule; rules are \"by hand\", \"auto\", \"when paid\", \"under 50.00 EUR\", \"after 3 days\", \"at the deadline\""
)]
pub struct RuleError(String);

impl FromStr for Rule {
    type Err = RuleError;
    fn from_str(text: &str) -> Result<Self, RuleError> {
        let error = || RuleError(domain::text::one_line(text, 60));
        let lower = text.to_lowercase().replace("by-hand", "by hand").replace("when-paid", "when paid");
        match lower.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["by", "hand"] => Ok(Rule::ByHand),
            ["at", "the", "deadline"] => Ok(Rule::AtDeadline),
            ["auto"] => Ok(Rule::Auto),
            ["when", "paid"] => Ok(Rule::WhenPaid),
            ["under", amount, currency] => money(amount, currency).map(Rule::Under).ok_or_else(error),
            ["after", days, "days" | "day"] => days.parse().map(Rule::AfterDays).map_err(|_| error()),
            _ => Err(error()),
        }
    }
}

/// `12.50 EUR`
pub(super) fn amount(text: &str) -> Option<Money> {
    match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        [amount, currency] => money(amount, currency),
        _ => None,
    }
}

fn money(amount: &str, currency: &str) -> Option<Money> {
    let currency = Currency::parse(&currency.to_uppercase()).ok()?;
    let digits = currency.digits();
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    if part.len() > digits as usize || !(whole.to_owned() + part).bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let text = format!("{whole}{part:0<width$}", width = digits as usize);
    Some(Money::new(text.parse().ok()?, currency))
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::ByHand => f.write_str("by hand"),
            Rule::Auto => f.write_str("auto"),
            Rule::WhenPaid => f.write_str("when paid"),
            Rule::Under(money) => write!(f, "under {money}"),
            Rule::AfterDays(days) => write!(f, "after {days} days"),
            Rule::AtDeadline => f.write_str("at the deadline"),
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What a set of rules says about an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Release,
    /// Why it waits, in words.
    Wait(String),
}

/// What of the order itself keeps it back whatever the rules say.
pub(super) fn kept_back(order: &Order) -> Option<String> {
    if let Some(hold) = &order.handling.hold {
        return Some(format!("on hold: {}", domain::text::one_line(&hold.text, 200)));
    }
    let soft: Vec<String> = order.lines.iter().filter_map(soft_print).collect();
    if !soft.is_empty() {
        return Some(format!("low resolution: {}", soft.join("; ")));
    }
    if order.payment == PaymentMethod::Stripe && order.paid_at.is_none() {
        return Some("waiting for the online payment".into());
    }
    let hold = order.settlement.hold.as_ref()?;
    Some(format!("payment: {}", domain::text::one_line(hold, 200)))
}

/// `until`: the last day of the order's school batch.
pub fn decide(rules: &[Rule], order: &Order, until: Option<Millis>, now: Millis) -> Decision {
    if let Some(why) = kept_back(order) {
        return Decision::Wait(why);
    }
    if let Some(until) = until.filter(|until| now <= *until) {
        let day = super::show::moment(until.0);
        return Decision::Wait(format!("collected with the other orders of its school until {day}"));
    }
    let holds = |rule: &Rule| match rule {
        Rule::ByHand => false,
        Rule::Auto => true,
        Rule::WhenPaid => order.paid_at.is_some(),
        Rule::Under(limit) => order.total.currency == limit.currency && order.total.minor < limit.minor,
        Rule::AtDeadline => until.is_some_and(|until| now > until),
        Rule::AfterDays(days) => now >= order.placed_at.plus(i64::from(*days) * Millis::DAY),
    };
    if rules.iter().any(holds) {
        return Decision::Release;
    }
    let rest: Vec<String> = rules.iter().filter(|r| **r != Rule::ByHand).map(Rule::to_string).collect();
    Decision::Wait(if rest.is_empty() {
        "waiting for approval by hand".into()
    } else {
        format!("waiting for approval by hand, or released by itself: {}", rest.join(", "))
    })
}

/// The line in words, if one of its pictures has too few pixels for its paper.
pub fn soft_print(line: &OrderLine) -> Option<String> {
    if !line.needs_lab() {
        return None;
    }
    let least = line.nodes.iter().map(|n| effective_ppi(&n.crop, n.frame, line.width_in, line.height_in));
    let ppi = least.fold(f64::INFINITY, f64::min);
    (ppi < wanted_ppi(line.width_in, line.height_in)).then(|| {
        let product = domain::text::one_line(&line.product_name, 60);
        format!("line {} ({product}) has only {ppi:.0} ppi", line.no)
    })
}

/// 200 ppi up to 11 × 14 inches; larger prints are looked at from further away, and 100 is enough.
fn wanted_ppi(width_in: f64, height_in: f64) -> f64 {
    let (long, short) = (width_in.max(height_in), width_in.min(height_in));
    if short <= 11.0 && long <= 14.0 { 200.0 } else { 100.0 }
}

#[cfg(test)]
mod tests {
    use domain::geometry::Size;

    use super::*;
    use crate::orders::sample;

    #[test]
    fn rules_read_and_write() {
        for text in [
            "by hand",
            "auto",
            "when paid",
            "under 50.00 EUR",
            "under 800 JPY",
            "after 3 days",
            "at the deadline",
        ] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), text);
        }
        assert_eq!("When-Paid".parse(), Ok(Rule::WhenPaid));
        assert_eq!("under 7 EUR".parse(), Ok(Rule::Under(Money::new(700, Currency::EUR))));
        for text in ["", "sometimes", "under 5", "under -5 EUR", "under 1.234 EUR", "after x days"] {
            assert!(text.parse::<Rule>().is_err(), "{text}");
        }
    }

    #[test]
    fn any_rule_releases_and_none_waits() {
        let order = sample::order();
        let now = order.placed_at;
        let decide =
            |rules: &[Rule], order: &Order, now| decide(rules, order, None, now) == Decision::Release;
        assert!(!decide(&[], &order, now));
        assert!(!decide(&[Rule::ByHand], &order, now));
        assert!(decide(&[Rule::ByHand, Rule::Auto], &order, now));
        assert!(!decide(&[Rule::WhenPaid], &order, now));
        assert!(decide(&[Rule::WhenPaid], &Order { paid_at: Some(now), ..order.clone() }, now));
        let total = order.total.minor;
        assert!(!decide(&[Rule::Under(Money::new(total, Currency::EUR))], &order, now));
        assert!(decide(&[Rule::Under(Money::new(total + 1, Currency::EUR))], &order, now));
        assert!(!decide(&[Rule::Under(Money::new(total + 1, Currency::USD))], &order, now));
        assert!(!decide(&[Rule::AfterDays(3)], &order, now.plus(3 * Millis::DAY - 1)));
        assert!(decide(&[Rule::AfterDays(3)], &order, now.plus(3 * Millis::DAY)));
    }

    #[test]
    fn an_online_payment_is_waited_for_and_a_dispute_stops_everything() {
        let mut order = sample::order();
        let released =
            |order: &Order| decide(&[Rule::Auto], order, None, order.placed_at) == Decision::Release;
        order.payment = PaymentMethod::Stripe;
        assert!(!released(&order));
        order.paid_at = Some(order.placed_at);
        assert!(released(&order));
        order.settlement.hold = Some("the payment is disputed".into());
        let Decision::Wait(why) = decide(&[Rule::Auto], &order, None, order.placed_at) else {
            panic!("released")
        };
        assert_eq!(why, "payment: the payment is disputed");
    }

    #[test]
    fn a_soft_print_waits_for_a_hand_whatever_the_rules() {
        let mut order = sample::order();
        order.lines[0].nodes[0].frame = Size::new(1500, 1000);
        let Decision::Wait(why) = decide(&[Rule::Auto], &order, None, order.placed_at) else {
            panic!("released")
        };
        assert!(why.starts_with("low resolution: line 1"), "{why}");
    }

    #[test]
    fn an_order_for_school_waits_for_its_day_whatever_the_rules() {
        let order = sample::order();
        let until = order.placed_at.plus(Millis::DAY);
        let decide = |rules: &[Rule], now| decide(rules, &order, Some(until), now);
        let Decision::Wait(why) = decide(&[Rule::Auto], until) else { panic!("released") };
        assert!(why.starts_with("collected with the other orders of its school until "), "{why}");
        assert_eq!(decide(&[Rule::AtDeadline], until.plus(1)), Decision::Release);
        assert_eq!(decide(&[Rule::Auto], until.plus(1)), Decision::Release);
        assert!(matches!(decide(&[Rule::ByHand], until.plus(1)), Decision::Wait(_)));
    }
}
