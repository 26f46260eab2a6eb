//! A customer's input selects what the host returns: filters and search, evaluated on the host.

use serde::{Deserialize, Serialize};

use crate::{id::SubjectId, photo::Photo};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoFilter {
    pub search: Option<String>,
    pub keyword: Option<String>,
    pub section: Option<String>,
    pub subject: Option<SubjectId>,
    /// `2026-06-20`: captured on that day, as the camera's clock had it.
    #[serde(default)]
    pub day: Option<String>,
}

impl PhotoFilter {
    pub fn is_empty(&self) -> bool {
        *self == PhotoFilter::default()
    }

    /// Every word of the search must occur in the title, caption, keywords, section, file name or a
    /// subject's name. The caller resolves subject names, because a photo holds only their ids.
    pub fn matches(&self, photo: &Photo, subject_names: &[String]) -> bool {
        let same = |a: &str, b: &str| fold(a) == fold(b);
        if let Some(keyword) = &self.keyword
            && !photo.keywords.iter().any(|k| same(k, keyword))
        {
            return false;
        }
        if let Some(section) = &self.section
            && !photo.section.as_deref().is_some_and(|s| same(s, section))
        {
            return false;
        }
        if self.day.is_some() && self.day.as_deref() != photo.day() {
            return false;
        }
        if let Some(subject) = &self.subject
            && !photo.subjects.contains(subject)
        {
            return false;
        }
        let Some(search) = &self.search else { return true };
        let mut haystack = String::new();
        let fields = [&photo.title, &photo.caption, &photo.section];
        for text in fields.into_iter().flatten().chain(&photo.keywords).chain(subject_names) {
            haystack.push_str(&fold(text));
            haystack.push('\n');
        }
        haystack.push_str(&fold(&photo.file_name));
        fold(search).split_whitespace().all(|word| haystack.contains(word))
    }
}

/// Case and the commonest accents do not matter in a search.
pub fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à'..='å' | 'ā' => 'a',
            'è'..='ë' | 'ē' => 'e',
            'ì'..='ï' | 'ī' => 'i',
            'ò'..='ö' | 'ø' | 'ō' => 'o',
            'ù'..='ü' | 'ū' => 'u',
            'ç' | 'č' => 'c',
            'ñ' => 'n',
            'ý' | 'ÿ' => 'y',
            'š' => 's',
            'ž' => 'z',
            c => c,
        })
        .collect()
}
