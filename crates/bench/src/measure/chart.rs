//! The charts of the pages, drawn from the figures that stand beside them.

use std::{fs, path::Path};

use plotters::{
    prelude::{IntoDrawingArea, Rectangle, SVGBackend},
    style::{
        Color, IntoFont, RGBColor, WHITE,
        text_anchor::{HPos, Pos, VPos},
    },
};

use crate::{
    error::Error,
    measure::{
        journal::{self, ENGINES, INSTANCES, WITHOUT_JOURNAL},
        report::{CHARGE, JOURNAL, Page},
        table::{BY_HAND_WITH_HYPER, BY_HAND_WITH_REQWEST},
    },
};

/// What is drawn of the page of a charge, with the name that it has in the chart.
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

/// A picture of bars in groups.
struct Chart {
    file: &'static str,
    title: &'static str,
    /// What the length 1 stands for.
    unit: &'static str,
    groups: Vec<Group>,
}

struct Group {
    name: &'static str,
    bars: Vec<Bar>,
}

struct Bar {
    name: String,
    value: f64,
    color: RGBColor,
}

/// Draws the charts of the pages that there are, as they are.
pub(super) fn write() -> Result<(), Error> {
    let mut charts = vec![of_charge(&read(&CHARGE)?)?];
    if Path::new(JOURNAL.path).exists() {
        charts.push(of_journal(&read(&JOURNAL)?)?);
    }
    for chart in charts {
        fs::write(chart.file, chart.draw()?).map_err(|source| Error::File {
            path: chart.file.into(),
            source,
        })?;
        anstream::eprintln!("wrote {}", chart.file);
    }
    Ok(())
}

fn read(page: &Page) -> Result<String, Error> {
    fs::read_to_string(page.path).map_err(|source| Error::File {
        path: page.path.into(),
        source,
    })
}

/// The clients beside each other, by what the one by hand with reqwest takes.
fn of_charge(page: &str) -> Result<Chart, Error> {
    let groups = FIGURES.into_iter().map(|(what, name)| {
        let to_reqwest = figure(&CHARGE, page, what, BY_HAND_WITH_REQWEST)?;
        let to_hyper = figure(&CHARGE, page, what, BY_HAND_WITH_HYPER)?;
        let bars = vec![
            Bar::new("this client", to_reqwest, BLUE),
            Bar::new("with reqwest", 1.0, GREY),
            Bar::new("with hyper", to_reqwest / to_hyper, PALE),
        ];
        Ok(Group { name, bars })
    });
    Ok(Chart {
        file: "crates/payments/docs/cost.svg",
        title: "What a charge costs",
        unit: "the same two requests by hand with reqwest are 1",
        groups: groups.collect::<Result<_, Error>>()?,
    })
}

fn of_journal(page: &str) -> Result<Chart, Error> {
    let groups = ENGINES.into_iter().map(|engine| {
        let bars = INSTANCES.into_iter().map(|instances| {
            let what = journal::by(instances, engine);
            let rate = figure(&JOURNAL, page, &what, WITHOUT_JOURNAL)?;
            let plural = if instances == 1 { "" } else { "s" };
            Ok(Bar::new(
                format!("{instances} instance{plural}"),
                rate,
                BLUE,
            ))
        });
        let bars = bars.collect::<Result<_, Error>>()?;
        Ok(Group { name: engine, bars })
    });
    Ok(Chart {
        file: "crates/journal/docs/instances.svg",
        title: "Charges per second through one journal",
        unit: "one instance without a journal makes 1",
        groups: groups.collect::<Result<_, Error>>()?,
    })
}

fn figure(page: &Page, text: &str, what: &str, to: &str) -> Result<f64, Error> {
    let rows = text.lines().map(|line| line.split(" | "));
    let mut cells = rows.map(|cells| cells.map(|it| it.trim_matches(['|', ' '])).collect());
    let row = |cells: Vec<&str>| match cells[..] {
        [of, ratio, than] if of == what && than == to => ratio.split(' ').next()?.parse().ok(),
        _ => None,
    };
    cells.find_map(row).ok_or_else(|| Error::NoFigure {
        page: page.path,
        what: what.to_owned(),
    })
}

impl Bar {
    fn new(name: impl Into<String>, value: f64, color: RGBColor) -> Self {
        Self {
            name: name.into(),
            value,
            color,
        }
    }
}

impl Group {
    fn height(&self) -> i32 {
        36 + 20 * i32::try_from(self.bars.len()).unwrap_or_default()
    }
}

impl Chart {
    /// A picture with a ground of its own, which is readable on a light page and on a dark one.
    fn draw(&self) -> Result<String, Error> {
        let height = GROUPS_FROM + self.groups.iter().map(Group::height).sum::<i32>();
        let mut svg = String::new();
        let backend = SVGBackend::with_string(&mut svg, (WIDTH, height.unsigned_abs()));
        self.paint(backend).map_err(Error::Chart)?;
        Ok(svg + "\n")
    }

    fn paint(
        &self,
        backend: SVGBackend<'_>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let area = backend.into_drawing_area();
        let text = |size: u32, at: HPos| {
            let font = ("sans-serif", size).into_font().color(&INK);
            font.pos(Pos::new(at, VPos::Center))
        };
        let of_all = self.groups.iter().flat_map(|group| &group.bars);
        let longest = of_all.fold(1.0_f64, |longest, bar| longest.max(bar.value));
        area.fill(&WHITE)?;
        area.draw_text(self.title, &text(21, HPos::Left), (16, 20))?;
        area.draw_text(self.unit, &text(17, HPos::Left), (16, 42))?;
        let mut top = GROUPS_FROM;
        for group in &self.groups {
            area.draw_text(group.name, &text(18, HPos::Left), (16, top + 12))?;
            for (bar, middle) in group.bars.iter().zip((top + 34..).step_by(20)) {
                let end = BARS_FROM + pixels(bar.value / longest);
                let corners = [(BARS_FROM, middle - 8), (end, middle + 8)];
                area.draw(&Rectangle::new(corners, bar.color.filled()))?;
                let before = (BARS_FROM - 8, middle);
                area.draw_text(&bar.name, &text(16, HPos::Right), before)?;
                let value = format!("{:.2}", bar.value);
                area.draw_text(&value, &text(16, HPos::Left), (end + 6, middle))?;
            }
            top += group.height();
        }
        area.present()?;
        Ok(())
    }
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
    use std::{
        fs,
        path::{Path, PathBuf},
    };

    use super::{
        CHARGE, ENGINES, INSTANCES, JOURNAL, WITHOUT_JOURNAL, journal, of_charge, of_journal,
    };
    use crate::measure::table::Table;

    fn place(file: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(file)
    }

    fn committed(file: &str) -> String {
        fs::read_to_string(place(file)).unwrap()
    }

    #[test]
    fn the_chart_shows_the_figures_of_the_page() {
        let chart = of_charge(&committed(CHARGE.path)).unwrap();

        let is_drawn = chart.draw().unwrap() == committed(chart.file);
        assert!(is_drawn, "run `cargo xtask bench --draw`");
    }

    /// A measurement is of a machine with nothing else to do: its page may not be there yet.
    #[test]
    fn the_chart_of_the_journal_is_there_when_its_page_is() {
        let mut table = Table::default();
        for (engine, scale) in ENGINES.into_iter().zip([0.1, 0.2]) {
            for instances in INSTANCES {
                let rate = f64::from(instances) * scale;
                table.one(&journal::by(instances, engine), rate, WITHOUT_JOURNAL);
            }
        }
        let chart = of_journal(&table.to_string()).unwrap();

        let drawn = chart.draw().unwrap();
        for text in [
            "SQLite",
            "PostgreSQL",
            "1 instance\n",
            "8 instances",
            "0.80",
            "1.60",
        ] {
            assert!(drawn.contains(text), "{text}: {drawn}");
        }
        assert_eq!(place(chart.file).exists(), place(JOURNAL.path).exists());
        if let Ok(page) = fs::read_to_string(place(JOURNAL.path)) {
            let is_drawn = of_journal(&page).unwrap().draw().unwrap() == committed(chart.file);
            assert!(is_drawn, "run `cargo xtask bench --draw`");
        }
    }

    #[test]
    fn a_figure_that_is_not_there_is_named() {
        let page = committed(CHARGE.path).replace("heap bytes allocated", "bytes");
        let error = of_charge(&page).err().unwrap().to_string();

        assert!(error.contains("heap bytes allocated per charge"), "{error}");
    }
}
