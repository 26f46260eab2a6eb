//! A visitor sees her subset, and nothing tells her of the rest: no photo, no count, no name.

use domain::{
    access::Scope,
    filter::PhotoFilter,
    gallery::Subject,
    id::{GalleryId, PhotoId, SubjectId},
    photo::{Photo, PhotoChange},
};

use super::{Host, photo_index::listed, sample};
use crate::photo_index::Count;

struct School {
    gallery: GalleryId,
    ada: SubjectId,
    ben: SubjectId,
    of_ada: Photo,
    of_ben: Photo,
    of_both: Photo,
    of_nobody: Photo,
}

async fn school(host: &Host) -> School {
    let gallery = GalleryId::from_bytes(sample::bytes());
    let people = ["Ada Alpha", "Ben Beta"];
    let people =
        people.map(|name| Subject { id: sample::subject(), name: name.into(), group: Some("2b".into()) });
    host.ports.galleries.put_subjects(gallery, &people).await.unwrap();
    let (ada, ben) = (people[0].id, people[1].id);
    let photo = |time: &str, subjects: &[SubjectId], keyword: &str, section: &str| Photo {
        captured_at: Some(time.into()),
        subjects: subjects.to_vec(),
        keywords: vec![keyword.into()],
        section: Some(section.into()),
        ..sample::photo(gallery, 1)
    };
    let school = School {
        gallery,
        ada,
        ben,
        of_ada: photo("2026-05-01", &[ada], "portrait", "Class 2b"),
        of_ben: photo("2026-05-02", &[ben], "portrait", "Class 2b"),
        of_both: photo("2026-05-03", &[ada, ben], "friends", "Yard"),
        of_nobody: photo("2026-05-04", &[], "building", "House"),
    };
    let photos = [&school.of_ada, &school.of_ben, &school.of_both, &school.of_nobody].map(Clone::clone);
    sample::publish(host, &photos).await;
    school
}

async fn seen(host: &Host, school: &School, scope: &Scope, filter: PhotoFilter) -> Vec<PhotoId> {
    listed(host, school.gallery, scope, &filter, None, 1).await
}

pub async fn a_scope_hides_everything_else(host: &Host) {
    let school = school(host).await;
    let scope = sample::only(&[school.ada]);
    let expected = [school.of_ada.id, school.of_both.id];
    assert_eq!(seen(host, &school, &scope, PhotoFilter::default()).await, expected);
    let photos = &host.ports.photos;
    for hidden in [&school.of_ben, &school.of_nobody] {
        assert_eq!(photos.photo(school.gallery, &scope, hidden.id).await.unwrap(), None);
    }
    let asked = [school.of_ada.id, school.of_ben.id, school.of_both.id, school.of_nobody.id];
    let found = photos.photos(school.gallery, &scope, &asked).await.unwrap();
    assert_eq!(found.iter().map(|p| p.id).collect::<Vec<_>>(), expected);
    let nobody = Scope::Subjects(Default::default());
    assert!(seen(host, &school, &nobody, PhotoFilter::default()).await.is_empty());
    assert_eq!(seen(host, &school, &Scope::All, PhotoFilter::default()).await.len(), 4);
}

pub async fn siblings_see_both(host: &Host) {
    let school = school(host).await;
    let scope = sample::only(&[school.ada, school.ben]);
    let expected = [school.of_ada.id, school.of_ben.id, school.of_both.id];
    assert_eq!(seen(host, &school, &scope, PhotoFilter::default()).await, expected, "each once, in order");
}

pub async fn a_photo_that_lost_its_subject_is_gone(host: &Host) {
    let school = school(host).await;
    let scope = sample::only(&[school.ada]);
    let corrected = Photo { seq: 2, subjects: vec![school.ben], ..school.of_ada.clone() };
    host.ports.photos.apply(school.gallery, &[PhotoChange::Publish(corrected)]).await.unwrap();
    assert_eq!(seen(host, &school, &scope, PhotoFilter::default()).await, [school.of_both.id]);
    assert_eq!(host.ports.photos.photo(school.gallery, &scope, school.of_ada.id).await.unwrap(), None);
    let bens = sample::only(&[school.ben]);
    assert_eq!(seen(host, &school, &bens, PhotoFilter::default()).await.len(), 3);
}

pub async fn another_childs_name_finds_nothing(host: &Host) {
    let school = school(host).await;
    let scope = sample::only(&[school.ada]);
    let search = |text: &str| PhotoFilter { search: Some(text.into()), ..Default::default() };
    assert!(seen(host, &school, &scope, search("beta")).await.is_empty(), "it would name who is beside her");
    assert_eq!(seen(host, &school, &scope, search("alpha")).await.len(), 2);
    assert_eq!(seen(host, &school, &Scope::All, search("beta")).await.len(), 2);
}

pub async fn another_childs_filter_finds_nothing(host: &Host) {
    let school = school(host).await;
    let scope = sample::only(&[school.ada]);
    let by = |subject| PhotoFilter { subject: Some(subject), ..Default::default() };
    assert!(seen(host, &school, &scope, by(school.ben)).await.is_empty());
    assert_eq!(seen(host, &school, &scope, by(school.ada)).await.len(), 2);
    assert_eq!(seen(host, &school, &Scope::All, by(school.ben)).await.len(), 2);
}

pub async fn counts_are_of_the_scope(host: &Host) {
    let school = school(host).await;
    let facets = host.ports.photos.facets(school.gallery, &sample::only(&[school.ada])).await.unwrap();
    let count = |value: &str, photos| Count { value: value.to_owned(), photos };
    let sorted = |mut counts: Vec<Count<String>>| {
        counts.sort_by(|a, b| a.value.cmp(&b.value));
        counts
    };
    assert_eq!(facets.photos, 2);
    assert_eq!(sorted(facets.sections), [count("Class 2b", 1), count("Yard", 1)]);
    assert_eq!(sorted(facets.keywords), [count("friends", 1), count("portrait", 1)]);
    assert_eq!(facets.subjects, [Count { value: school.ada, photos: 2 }], "Ben stays unnamed");
    let all = host.ports.photos.facets(school.gallery, &Scope::All).await.unwrap();
    assert_eq!((all.photos, all.subjects.len()), (4, 2));
    // Counts follow the photos at once.
    let withdraw = PhotoChange::Withdraw { gallery: school.gallery, photo: school.of_both.id, seq: 2 };
    host.ports.photos.apply(school.gallery, &[withdraw]).await.unwrap();
    let facets = host.ports.photos.facets(school.gallery, &sample::only(&[school.ada])).await.unwrap();
    assert_eq!((facets.photos, facets.sections), (1, vec![count("Class 2b", 1)]));
}
