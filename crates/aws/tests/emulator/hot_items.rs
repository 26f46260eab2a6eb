//! No item that every photo of a gallery must update: DynamoDB takes a thousand writes a second to one item at
//! most, and each of them waits for the others.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{gallery::Gallery, id::StudioId, photo::PhotoChange};
use ports::{Ports, contract::sample};

use crate::support::{account, deploy, emulator};

type Items = BTreeMap<(String, String), HashMap<String, AttributeValue>>;

/// Everything in the table. A test may scan; the adapters never do.
async fn everything(endpoint: &str, table: &str) -> Items {
    let db = aws_sdk_dynamodb::Client::new(&account(endpoint).await);
    let text = |value: &AttributeValue| value.as_s().unwrap().clone();
    let mut items = Items::new();
    let mut from = None;
    loop {
        let scan = db.scan().table_name(table).consistent_read(true).set_exclusive_start_key(from);
        let found = scan.send().await.unwrap();
        for item in found.items() {
            items.insert((text(&item["pk"]), text(&item["sk"])), item.clone());
        }
        from = found.last_evaluated_key;
        if from.is_none() {
            return items;
        }
    }
}

async fn publish(ports: &Ports, gallery: &Gallery) {
    let photos = (1..=100).map(|seq| sample::photo(gallery.id, seq));
    let changes: Vec<PhotoChange> = photos.map(PhotoChange::Publish).collect();
    let applied = ports.photos.apply(gallery.id, &changes).await.unwrap();
    assert_eq!(applied.len(), 100);
}

#[tokio::test]
async fn a_batch_of_a_hundred_photos_touches_shared_items_once() {
    let Some(endpoint) = emulator() else { return };
    let settings = deploy(&endpoint).await;
    let table = settings.table.clone();
    let ports = darkslide_aws::connect(settings).await.unwrap().with_all().ports;
    let gallery = sample::gallery(StudioId::from_bytes(sample::bytes()));
    publish(&ports, &gallery).await;
    let before = everything(&endpoint, &table).await;
    publish(&ports, &gallery).await;
    let after = everything(&endpoint, &table).await;

    assert!(after.len() >= before.len() + 200, "each photo has items of its own");
    let changed: Vec<&(String, String)> =
        before.iter().filter(|(key, item)| after.get(*key) != Some(item)).map(|(key, _)| key).collect();
    let (generation, counts) = (
        (format!("GALLERY#{}", gallery.id), "GENERATION".to_owned()),
        (format!("COUNTS#{}", gallery.id), "ALL".to_owned()),
    );
    assert_eq!(changed, [&counts, &generation], "what photos share is the gallery's counter and its counts");
    let raised = |items: &Items| items[&generation]["n"].as_n().unwrap().clone();
    assert_eq!((raised(&before), raised(&after)), ("1".to_owned(), "2".to_owned()), "once for a hundred");
}
