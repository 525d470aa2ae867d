// Validates state machine definitions with AWS's own language service (the npm package amazon-states-language-service, which the AWS
// Toolkit and Workflow Studio use) and with asl-validator, whose schemas are independent of it.
//
//   node validate-asl.cjs NODE_MODULES FILE...
const { createRequire } = require("node:module");
const { readFileSync } = require("node:fs");
const { join, resolve } = require("node:path");

const [modules, ...files] = process.argv.slice(2);
const load = createRequire(join(resolve(modules), "none.js"));
const { getLanguageService, TextDocument } = load("amazon-states-language-service");
const aslValidator = load("asl-validator");

async function problems(file) {
  // What CloudFormation substitutes is anything in its place.
  const text = readFileSync(file, "utf8").replaceAll("${Partition}", "aws").replaceAll(/\$\{(\w+)\}/g, "arn:aws:lambda:eu-west-1:111111111111:function:$1");
  const document = TextDocument.create(file, "asl", 1, text);
  const service = getLanguageService({});
  const found = await service.doValidation(document, service.parseJSONDocument(document), {});
  const ofAws = found.map(({ message, range }) => `line ${range.start.line + 1}: ${message} (amazon-states-language-service)`);
  const { errors } = (aslValidator.default ?? aslValidator)(JSON.parse(text));
  return [...ofAws, ...errors.map((error) => `${error.Message} (asl-validator)`)];
}

(async () => {
  let failed = files.length === 0;
  for (const file of files) {
    const found = await problems(file);
    failed ||= found.length > 0;
    console.log(`${file}: ${found.length === 0 ? "valid" : ["", ...found].join("\n  ")}`);
  }
  process.exitCode = failed ? 1 : 0;
})();
