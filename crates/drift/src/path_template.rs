//! Path templates, as `/orders/{id}`.

/// A path template with its parameters' names left out.
pub(crate) fn shape(template: &str) -> String {
    let mut shape = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, behind)) = after.split_once('}') else {
            break;
        };
        shape.push_str(before);
        shape.push_str("{}");
        rest = behind;
    }
    shape + rest
}

/// The names of a path template's parameters.
pub(crate) fn names(template: &str) -> Vec<&str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_told_apart_by_all_but_names() {
        assert_eq!(shape("/a/{x}/b/{y}"), shape("/a/{id}/b/{z}"));
        assert_ne!(shape("/a/{x}"), shape("/a/x"));
        assert_ne!(shape("/a/{x"), shape("/a/{y}"));
        assert_eq!(names("/a/{x}/b/{y}"), ["x", "y"]);
    }
}
