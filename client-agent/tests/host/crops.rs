//! Crops that do not match the picture any more hold an order back, whatever the release rules say.

use domain::order::OrderState;

use super::{agent::Agent, fake::Host, labs::paired, orders::order};

#[test]
fn a_picture_exported_again_in_other_dimensions_waits_for_a_person() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    agent.set_config("[orders]\nrelease = [\"auto\"]\n");
    let id = host.place(order(9, vec![agent.picture("one.jpg", 1)]));
    let file = agent.photos().join("one.jpg");
    image::RgbImage::from_pixel(1200, 1000, image::Rgb([9, 9, 9])).save(&file).unwrap();
    agent.run(&["scan", agent.photos().to_str().unwrap()]).ok();

    agent.run(&["orders", "sync"]).ok();
    assert_eq!(host.state().orders[&id].state, OrderState::Placed);
    let shown = agent.run(&["orders", "show", &id.number()]).ok();
    assert!(shown.out.contains("1500 × 1000 before, 1200 × 1000 now"), "{}", shown.out);
    assert!(shown.out.contains("this computer: crop: line 1"), "{}", shown.out);
    let json = agent.json(&["orders", "show", &id.number()]);
    assert!(json["mismatched"]["1"].as_str().unwrap().contains("exported again"), "{json}");

    // A person decides.
    let approved = agent.run(&["orders", "approve", &id.number()]).ok();
    assert!(approved.err.contains("exported again"), "{}", approved.err);
    assert_eq!(host.state().orders[&id].state, OrderState::Approved);

    // Exported again in the same dimensions: nothing to ask.
    let other = host.place(order(8, vec![agent.picture("two.jpg", 2)]));
    agent.picture("two.jpg", 5);
    // Not all of it is done: the first order's original is another file now.
    assert_eq!(agent.run(&["orders", "sync"]).code, 3);
    assert_eq!(host.state().orders[&other].state, OrderState::Approved);
}
