//! Each check, against a document that it refuses.

use bigcommerce_spec::Document;

use crate::{generate::source, prepare::inline_choices};

const SPEC: &str = "\
openapi: 3.0.3
info: {title: Shop, version: '1'}
paths:
  /pay:
    post:
      operationId: pay
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Instrument'}
      responses:
        2XX:
          description: Paid
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Receipt'}
components:
  schemas:
    Secret: {type: string, format: password}
    Instrument:
      oneOf:
        - $ref: '#/components/schemas/Card'
        - $ref: '#/components/schemas/Credit'
    Card:
      title: Card
      type: object
      required: [type, number]
      properties:
        type: {type: string, enum: [card]}
        number: {$ref: '#/components/schemas/Secret'}
        holder: {type: string, minLength: 1}
    Credit:
      title: Credit
      type: object
      required: [type]
      properties:
        type: {type: string, enum: [credit]}
    Receipt:
      type: object
      properties:
        id: {type: string}
        keys:
          type: array
          items: {$ref: '#/components/schemas/Secret'}
";

fn generate(spec: &str) -> Result<String, String> {
    let document = inline_choices(Document::parse("shop.yml", spec).unwrap());
    source(&document, "a spec").map_err(|error| error.to_string())
}

/// The refusal of the document with one text replaced by another.
fn refusal(from: &str, to: &str) -> String {
    assert!(SPEC.contains(from), "{from}");
    generate(&SPEC.replacen(from, to, 1)).expect_err(to)
}

#[test]
fn a_sound_document_becomes_source_that_protects_its_secrets() {
    let source = generate(SPEC).unwrap();

    assert!(
        source.starts_with("// Generated from a spec and its overlays by"),
        "{source}"
    );
    assert!(
        source.contains("#[serde(tag = \"type\")]\n    pub enum Instrument {"),
        "{source}"
    );
    assert!(
        source.contains("number: ::bigcommerce_client_core::Sensitive,"),
        "{source}"
    );
    assert!(
        source.contains("Vec<::bigcommerce_client_core::Sensitive>"),
        "{source}"
    );
    assert!(!source.contains("pub struct Card"), "{source}");
    assert_eq!(generate(SPEC).unwrap(), source);
}

#[test]
fn every_alternative_that_unties_a_choice_is_named() {
    for (from, to, start) in [
        (
            "required: [type, number]",
            "required: [number]",
            "shop.yml:25:7: the choice `Instrument` is not told apart by `type` in the generated \
             code: its property `type` is not `required`",
        ),
        (
            "type: {type: string, enum: [credit]}",
            "type: {type: string}",
            "shop.yml:22:11: the choice `Instrument` is not told apart by `type` in the generated \
             code: its property `type` is not an `enum` of one value",
        ),
        (
            "      title: Credit",
            "      additionalProperties: true",
            "shop.yml:33:5: the choice `Instrument` is not told apart",
        ),
    ] {
        let message = refusal(from, to);
        let told = start.split_once(": ").unwrap().1;
        assert!(message.contains(told), "{to}: {message}");
        assert!(message.starts_with("shop.yml:"), "{message}");
    }
}

#[test]
fn a_secret_that_became_text_is_named() {
    let secret = "number: {$ref: '#/components/schemas/Secret'}";
    for (to, told) in [
        (
            "number: {type: string, format: password, maxLength: 19}",
            "the secret `number` is not protected: it does not have the secret type",
        ),
        (
            "number: {type: string, maxLength: 19}",
            "`Instrument.number` has the name of a secret, and is plain text",
        ),
        (
            "number: {type: array, items: {type: string}}",
            "`Instrument.number` has the name of a secret, and is plain text",
        ),
        (
            "cvv: {}",
            "`Instrument.cvv` has the name of a secret, and is plain text",
        ),
        (
            "cardholder_name: {type: string, minLength: 1}",
            "`Instrument.cardholder_name` has the name of a secret, and is plain text",
        ),
        (
            "gift_certificate_code: {type: string}",
            "`Instrument.gift_certificate_code` has the name of a secret, and is plain text",
        ),
    ] {
        let message = refusal(secret, to);
        assert!(message.contains(told), "{to}: {message}");
        assert!(message.starts_with("shop.yml:30:9: "), "{to}: {message}");
    }
    generate(&SPEC.replacen(secret, "number: {type: integer}", 1)).unwrap();

    let parameter = "operationId: pay\n      \
        parameters: [{name: token, in: query, schema: {type: string}}]";
    let message = refusal("operationId: pay", parameter);
    assert!(
        message.contains("`pay.token` has the name of a secret"),
        "{message}"
    );
}

#[test]
fn different_schemas_of_one_name_are_named() {
    let message = refusal("id: {type: string}", "id: {title: Receipt, type: object}");
    assert!(
        message.starts_with(
            "shop.yml:41:9: this schema is called `Receipt`, and so is a different one at \
             shop.yml:38:5"
        ),
        "{message}"
    );

    // Both alternatives give the type its name, and typify would keep one of the two.
    let message = refusal(
        "type: {type: string, enum: [credit]}",
        "type: {type: string, enum: [credit]}\n        holder: {type: string, maxLength: 5}",
    );
    assert!(
        message.contains("and so is a different one at"),
        "{message}"
    );

    let same = "id: {title: Inner, type: object, properties: {token: {$ref: '#/components/schemas/Secret'}}}";
    let twice = format!(
        "{same}\n        other: {}",
        same.strip_prefix("id: ").unwrap()
    );
    generate(&SPEC.replacen("id: {type: string}", &twice, 1)).unwrap();
}

#[test]
fn responses_that_lose_the_status_of_errors_are_named() {
    for (from, to) in [
        ("        2XX:", "        '200':"),
        (
            "        2XX:",
            "        default: {description: Error}\n        2XX:",
        ),
        (
            "application/json:\n              schema",
            "text/plain:\n              schema",
        ),
    ] {
        let message = refusal(from, to);
        assert!(
            message.starts_with("shop.yml:11:7: the responses of `POST /pay`"),
            "{to}: {message}"
        );
    }
}

#[test]
fn schemas_that_consist_of_themselves_are_named() {
    for schema in [
        "{allOf: [{$ref: '#/components/schemas/Receipt'}]}",
        "{$ref: '#/components/schemas/Receipt'}",
        "{not: {oneOf: [{$ref: '#/components/schemas/Receipt'}]}}",
    ] {
        let end = SPEC.find("    Receipt:").unwrap();
        let message = generate(&format!("{}    Receipt: {schema}\n", &SPEC[..end])).unwrap_err();
        assert!(
            message.starts_with("shop.yml:38:5: the schema `Receipt` consists of itself"),
            "{schema}: {message}"
        );
    }
    let recursive = "id: {$ref: '#/components/schemas/Receipt'}";
    generate(&SPEC.replacen("id: {type: string}", recursive, 1)).unwrap();
}

#[test]
fn a_reference_to_nothing_is_named() {
    for to in ["#/components/schemas/Recipt", "other.yml#/Receipt"] {
        let message = refusal(
            "schema: {$ref: '#/components/schemas/Receipt'}",
            &format!("schema: {{$ref: '{to}'}}"),
        );
        let start = format!("shop.yml:16:24: `{to}` leads nowhere in this document");
        assert!(message.starts_with(&start), "{message}");
    }
}

#[test]
fn a_panic_of_the_generator_names_the_operation() {
    let message = refusal(
        "  /pay:\n",
        "  /orders/{id}:\n    get:\n      operationId: order\n      \
            parameters: [{name: id, in: path, required: false, schema: {type: string}}]\n      \
            responses: {2XX: {description: d, content: {application/json: {schema: \
            {type: string}}}}}\n  /pay:\n",
    );
    assert!(
        message.starts_with("shop.yml:5:5: the generator panics on `GET /orders/{id}`: assertion"),
        "{message}"
    );

    let message = refusal("id: {type: string}", "id: {type: file}");
    assert!(
        message.starts_with("shop.yml:38:5: the generator panics on the schema `Receipt`: not yet"),
        "{message}"
    );
}

#[test]
fn what_is_not_openapi_is_named_with_its_place() {
    for (from, to, place) in [
        ("operationId: pay", "operationId: [pay]", "shop.yml:6:7"),
        ("required: [type, number]", "required: 7", "shop.yml:20:5"),
        ("version: '1'", "version: 1", "shop.yml:2:21"),
    ] {
        let message = refusal(from, to);
        let start = format!("{place}: this is not OpenAPI 3.0: invalid type");
        assert!(message.starts_with(&start), "{to}: {message}");
    }
}
