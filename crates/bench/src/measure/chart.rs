//! The chart of the page, drawn from the figures that stand beside it.

use std::fs;

use plotters::{
    prelude::{IntoDrawingArea, Rectangle, SVGBackend},
    style::{
        Color, IntoFont, RGBColor, WHITE,
        text_anchor::{HPos, Pos, VPos},
    },
};

use crate::{
    error::Error,
    measure::report::{BY_HAND_WITH_HYPER, BY_HAND_WITH_REQWEST, PAGE},
};

const CHART: &str = "crates/payments/docs/cost.svg";

/// What is drawn of the page, with the name that it has in the chart.
const FIGURES: [(&str, &str); 4] = [
    (
        "CPU instructions per charge, 8 at a time",
        "CPU instructions",
    ),
    ("heap allocations per charge", "heap allocations"),
    ("heap bytes allocated per charge", "heap bytes allocated"),
    (
        "peak heap of 64 charges at a time, per charge",
        "peak heap of 64 at a time",
    ),
];

const INK: RGBColor = RGBColor(31, 35, 40);
const BLUE: RGBColor = RGBColor(9, 105, 218);
const GREY: RGBColor = RGBColor(140, 149, 159);
const PALE: RGBColor = RGBColor(208, 215, 222);

const WIDTH: u32 = 480;
const BARS_FROM: i32 = 126;
const GROUPS_FROM: i32 = 60;
const GROUP_HEIGHT: i32 = 96;

/// Bars that belong together.
struct Group {
    name: &'static str,
    bars: [Bar; 3],
}

struct Bar {
    client: &'static str,
    value: f64,
    color: RGBColor,
}

/// Draws the chart of the page as it is.
pub(super) fn write() -> Result<(), Error> {
    let file = |source| Error::File {
        path: PAGE.into(),
        source,
    };
    let page = fs::read_to_string(PAGE).map_err(file)?;
    fs::write(CHART, draw(&groups(&page)?)?).map_err(file)?;
    anstream::eprintln!("wrote {CHART}");
    Ok(())
}

/// The clients beside each other, by what the one by hand with reqwest takes.
fn groups(page: &str) -> Result<Vec<Group>, Error> {
    let groups = FIGURES.into_iter().map(|(what, name)| {
        let to_reqwest = figure(page, what, BY_HAND_WITH_REQWEST)?;
        let to_hyper = figure(page, what, BY_HAND_WITH_HYPER)?;
        let bar = |client, value, color| Bar {
            client,
            value,
            color,
        };
        let bars = [
            bar("this client", to_reqwest, BLUE),
            bar("with reqwest", 1.0, GREY),
            bar("with hyper", to_reqwest / to_hyper, PALE),
        ];
        Ok(Group { name, bars })
    });
    groups.collect()
}

fn figure(page: &str, what: &'static str, to: &str) -> Result<f64, Error> {
    let rows = page.lines().map(|line| line.split(" | "));
    let mut cells = rows.map(|cells| cells.map(|it| it.trim_matches(['|', ' '])).collect());
    let row = |cells: Vec<&str>| match cells[..] {
        [of, ratio, than] if of == what && than == to => ratio.split(' ').next()?.parse().ok(),
        _ => None,
    };
    let found = cells.find_map(row);
    found.ok_or(Error::NoFigure { page: PAGE, what })
}

/// A picture with a ground of its own, which is readable on a light page and on a dark one.
fn draw(groups: &[Group]) -> Result<String, Error> {
    let height = GROUPS_FROM + GROUP_HEIGHT * i32::try_from(groups.len()).unwrap_or(i32::MAX / 2);
    let mut svg = String::new();
    let backend = SVGBackend::with_string(&mut svg, (WIDTH, height.unsigned_abs()));
    paint(backend, groups).map_err(Error::Chart)?;
    Ok(svg + "\n")
}

fn paint(
    backend: SVGBackend<'_>,
    groups: &[Group],
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let area = backend.into_drawing_area();
    let text = |size: u32, color: RGBColor, at: HPos| {
        let font = ("sans-serif", size).into_font().color(&color);
        font.pos(Pos::new(at, VPos::Center))
    };
    let of_all = groups.iter().flat_map(|group| &group.bars);
    let longest = of_all.fold(1.0_f64, |longest, bar| longest.max(bar.value));
    area.fill(&WHITE)?;
    area.draw_text("What a charge costs", &text(21, INK, HPos::Left), (16, 20))?;
    let unit = "the same two requests by hand with reqwest are 1";
    area.draw_text(unit, &text(17, INK, HPos::Left), (16, 42))?;
    let mut top = GROUPS_FROM;
    for group in groups {
        area.draw_text(group.name, &text(18, INK, HPos::Left), (16, top + 12))?;
        for (bar, middle) in group.bars.iter().zip((top + 34..).step_by(20)) {
            let end = BARS_FROM + pixels(bar.value / longest);
            let corners = [(BARS_FROM, middle - 8), (end, middle + 8)];
            area.draw(&Rectangle::new(corners, bar.color.filled()))?;
            let before = (BARS_FROM - 8, middle);
            area.draw_text(bar.client, &text(16, INK, HPos::Right), before)?;
            let value = format!("{:.2}", bar.value);
            area.draw_text(&value, &text(16, INK, HPos::Left), (end + 6, middle))?;
        }
        top += GROUP_HEIGHT;
    }
    area.present()?;
    Ok(())
}

/// The length of a bar, of which the longest is 1.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it is at most a few hundred"
)]
fn pixels(of_longest: f64) -> i32 {
    const LONGEST: f64 = 298.0;
    (of_longest * LONGEST).round() as i32
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{CHART, PAGE, draw, groups};

    fn committed(file: &str) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        fs::read_to_string(root.join(file)).unwrap()
    }

    #[test]
    fn the_chart_shows_the_figures_of_the_page() {
        let drawn = draw(&groups(&committed(PAGE)).unwrap()).unwrap();

        assert!(drawn == committed(CHART), "run `cargo xtask bench --draw`");
    }

    #[test]
    fn a_figure_that_is_not_there_is_named() {
        let page = committed(PAGE).replace("heap bytes allocated", "bytes");
        let error = groups(&page).err().unwrap().to_string();

        assert!(error.contains("heap bytes allocated per charge"), "{error}");
    }
}
