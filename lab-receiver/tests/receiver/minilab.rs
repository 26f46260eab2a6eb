//! A simulated minilab controller: watches its order folder, takes what is ready, and answers by renaming, as
//! a QSS does. It can refuse, be slow, and lose an order without a word.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use crate::dpof_reader;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Habit {
    Takes,
    Refuses,
    Slow(Duration),
    /// The folder disappears without an answer.
    Loses,
}

/// A print that came out of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed {
    pub folder: String,
    pub copies: u32,
    pub jpeg: Vec<u8>,
    pub channel: Option<String>,
    pub size: Option<String>,
    pub back: Vec<String>,
}

pub struct Minilab {
    root: PathBuf,
    habit: Arc<Mutex<Habit>>,
    printed: Arc<Mutex<Vec<Printed>>>,
    refused: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Minilab {
    pub fn watch(root: PathBuf, habit: Habit) -> Self {
        std::fs::create_dir_all(&root).unwrap();
        let mut lab = Self {
            root,
            habit: Arc::new(Mutex::new(habit)),
            printed: Arc::default(),
            refused: Arc::default(),
            stop: Arc::default(),
            thread: None,
        };
        let (root, habit) = (lab.root.clone(), lab.habit.clone());
        let (printed, refused, stop) = (lab.printed.clone(), lab.refused.clone(), lab.stop.clone());
        lab.thread = Some(std::thread::spawn(move || {
            while !stop.load(Ordering::SeqCst) {
                for name in folders(&root).into_iter().filter(|n| n.starts_with('o')) {
                    let habit = *habit.lock().unwrap();
                    if let Habit::Slow(duration) = habit {
                        std::thread::sleep(duration);
                    }
                    match take(&root, &name, habit) {
                        Ok(prints) => printed.lock().unwrap().extend(prints),
                        Err(why) => refused.lock().unwrap().push(why),
                    }
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        }));
        lab
    }

    pub fn now(&self, habit: Habit) {
        *self.habit.lock().unwrap() = habit;
    }
    pub fn printed(&self) -> Vec<Printed> {
        self.printed.lock().unwrap().clone()
    }
    pub fn refused(&self) -> Vec<String> {
        self.refused.lock().unwrap().clone()
    }
    pub fn folders(&self) -> Vec<String> {
        folders(&self.root)
    }
}

impl Drop for Minilab {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn folders(root: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.filter(|e| e.path().is_dir()).map(|e| e.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn take(root: &Path, name: &str, habit: Habit) -> Result<Vec<Printed>, String> {
    let folder = root.join(name);
    let answer =
        |letter: &str| std::fs::rename(&folder, root.join(format!("{letter}{}", &name[1..]))).unwrap();
    let read = dpof_reader::read(&folder).and_then(|order| {
        if habit == Habit::Refuses {
            Err("the operator has no such paper loaded".to_owned())
        } else {
            Ok(order)
        }
    });
    let order = match read {
        Ok(order) => order,
        Err(why) => {
            answer("q");
            return Err(why);
        }
    };
    let said = |text: Option<&String>| {
        let text = text.filter(|t| t.as_str() != "0")?;
        Some(text.split_once("-STR ").map_or(text.as_str(), |(_, t)| t).trim_matches('"').to_owned())
    };
    let paper = order.header.vendor.get("PRT PSL").and_then(|p| p.split('"').nth(1)).map(str::to_owned);
    let prints = order.jobs.iter().map(|job| Printed {
        folder: name[1..].to_owned(),
        copies: job.copies(),
        jpeg: job.bytes(),
        channel: order.header.vendor.get("PRT PCH").cloned(),
        size: paper.clone(),
        back: ["PRT CVP1", "PRT CVP2"].iter().filter_map(|n| said(job.vendor.get(*n))).collect(),
    });
    let prints = prints.collect();
    if habit == Habit::Loses {
        std::fs::remove_dir_all(&folder).unwrap()
    } else {
        answer("e")
    }
    Ok(prints)
}
