//! The file `darkslide init` writes: every key with its default, its unit and its effect.

/// Keys are commented out with `#` and no space, sentences with `# `. A test keeps both true.
pub const TEMPLATE: &str = r##"# Darkslide: preferences of this studio on this computer.
# A line that starts with # shows the default; remove the # and change the value.

# --- Renditions: what customers see. Made only of photos that are selected for a gallery
# --- (or by [subset], with `darkslide process --auto`). The micro preview is always made.
[renditions]
# Which ones: "thumbnail" for the grid, "proof" for looking and cropping.
#make = ["thumbnail", "proof"]
# The format of all of them.
#format = "jpeg"

[renditions.proof]
# Pixels on the longer side, at most 2048. A smaller picture keeps its size.
long_edge = 2048
# JPEG quality, 1 to 100.
#quality = 82
# Contrast added at edges after resizing: "none", "low", "standard" or "high".
#sharpen = "standard"

[renditions.thumbnail]
long_edge = 400
quality = 80
#sharpen = "standard"

# --- Watermark on proofs.
[watermark]
# "selling": galleries that sell prints; "always"; "never".
#on = "selling"
#text = "PROOF"
# A PNG file, used instead of the text.
#image = "watermark.png"
# "center", "tiled", "top-left", "top-right", "bottom-left" or "bottom-right".
#position = "center"
# 0 cannot be seen, 1 covers the picture.
#opacity = 0.25
# Width of one mark as a part of the picture's width.
#size = 0.5

# --- Words that stay in renditions. Place, serial numbers and owner never do.
[metadata]
#copyright = true
#caption = false
#creator = true

# --- What `darkslide process --auto` selects. Nothing set: every photo.
[subset]
# Stars, 0 to 5.
#min_rating = 0
# Any of these keywords, labels, folders; empty: no condition.
#keywords = []
#labels = []
#folders = []

# --- Worker processes that render.
[workers]
# 0: one for each core.
#count = 0
# Memory one picture may use, in MiB.
#memory_mib = 1536
# Seconds for one picture; then its worker is stopped and the file set aside.
#seconds = 60
#max_megapixels = 250

# --- Sending to the host.
[uploads]
# Files sent at the same time, 1 to 32. Fewer leave room on a slow line.
#parallel = 4
# All of them together, in KiB a second; 0: as fast as the line allows. `darkslide uploads` changes it at once.
#kib_per_second = 0

# --- Orders: what goes to the lab without `darkslide orders approve`.
[orders]
# Any one rule is enough: "by hand", "auto", "when paid", "under 50.00 EUR", "after 3 days", "at the deadline".
# A print with too few pixels for its paper, or with a crop that does not match the file, always waits for a hand.
# Orders for a school wait for its day; "at the deadline" then releases them all by itself, else
# `darkslide batch release GALLERY` does.
#release = ["by hand"]
# Files that customers bought go to the host when the order is released, and the order's page has the links.
# With false you hand them over yourself and say `darkslide orders delivered NUMBER`.
#send_files = true
# Days they lie there, 1 to 180. Customers may ask for them again.
#files_for_days = 30

# --- The desk.
[desk]
# Say on this computer's screen that orders have come in; a click opens the desk. Without a desktop nothing happens.
#notify = true
"##;
