//! One receiver prints; and a host that is away loses no report.

use std::time::Duration;

use domain::order::Stage;
use wire::lab::ClaimAnswer;

use crate::{
    fake_host::FakeHost,
    lab::{Lab, Ran},
    studio::{ORDER, Studio, line, print},
};

async fn delivered() -> (FakeHost, Lab) {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let prints = [print(0, 1, 300, 240)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 1, &prints)]), &[&prints[0]]);
    (host, lab)
}

/// Runs for a while, then asks it to stop as a service manager would.
async fn run_for(lab: &Lab, seconds: u64) -> Ran {
    let mut command = lab.command(&["--json", "run"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let child = command.spawn().unwrap();
    let id = child.id().unwrap().to_string();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    tokio::time::timeout(Duration::from_secs(15), child.wait_with_output()).await.unwrap().unwrap().into()
}

#[tokio::test]
async fn while_another_receiver_is_active_nothing_is_taken() {
    let (host, lab) = delivered().await;
    host.book().lease_elsewhere = true;
    let ran = run_for(&lab, 3).await;
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("standing by"), "{}", ran.out);
    assert!(lab.prints().is_empty() && host.book().claims.is_empty());
    assert!(!host.book().deliveries[0].delivery.acknowledged);
    host.book().lease_elsewhere = false;
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(lab.prints().len(), 1);
}

#[tokio::test]
async fn a_lost_lease_is_noticed_at_the_claim() {
    let (host, lab) = delivered().await;
    host.book().claim_answer = Some(ClaimAnswer::Fenced);
    let ran = run_for(&lab, 4).await;
    assert!(ran.out.contains("taken over"), "{}", ran.out);
    assert!(lab.prints().is_empty());
    host.book().claim_answer = None;
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(lab.prints().len(), 1);
}

#[tokio::test]
async fn copies_claimed_elsewhere_or_cancelled_are_not_printed() {
    let (host, lab) = delivered().await;
    host.book().claim_answer = Some(ClaimAnswer::Taken);
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert!(lab.run(&["hold", "list"]).await.out.contains("another receiver"));
    assert!(lab.prints().is_empty());
    lab.run(&["release", &ORDER.number(), "1", "--printed"]).await.ok();

    let (host, lab) = delivered().await;
    host.book().claim_answer = Some(ClaimAnswer::Cancelled);
    lab.run(&["run", "--once"]).await.ok();
    assert!(lab.prints().is_empty());
    assert_eq!(
        lab.run(&["--json", "status"]).await.ok().json()["orders"][0]["lines"][0]["state"],
        "cancelled"
    );
}

#[tokio::test]
async fn reports_wait_here_while_the_host_is_away() {
    let (host, lab) = delivered().await;
    host.book().reports_down = true;
    run_for(&lab, 6).await;
    assert_eq!(lab.prints().len(), 1, "printing does not wait for reports");
    assert!(host.book().reports.is_empty());
    let status = lab.run(&["--json", "status"]).await.ok().json();
    assert!(status["reports_waiting"].as_i64().unwrap() >= 3, "{status}");
    host.book().reports_down = false;
    lab.run(&["run", "--once"]).await.ok();
    let stages = [Stage::Received, Stage::Verified, Stage::Printing, Stage::Printed];
    assert_eq!(host.stages(1, 1), stages.map(|s| (s, false)));
    assert_eq!(lab.prints().len(), 1);
}
