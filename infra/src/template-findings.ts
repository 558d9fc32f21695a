import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VALIDATION_REPORT_FILE } from 'aws-cdk-lib/cx-api';

/** A validator finding that is not acknowledged in the code. */
export type TemplateFinding = {
  readonly validator: string;
  readonly rule: string;
  /** Paths of the constructs. */
  readonly where: readonly string[];
  readonly message: string;
};

type Report = {
  pluginReports?: {
    pluginName?: string;
    violations?: {
      ruleName: string;
      description: string;
      violatingConstructs?: { constructPath?: string }[];
      violatingResources?: { constructPath?: string }[];
    }[];
  }[];
};

/** Reads the validation report that was written beside the templates in `folder`. */
export function readFindings(folder: string): TemplateFinding[] {
  const report = JSON.parse(readFileSync(join(folder, VALIDATION_REPORT_FILE), 'utf8')) as Report;
  return (report.pluginReports ?? []).flatMap(({ pluginName = 'validator', violations = [] }) =>
    violations.map(({ ruleName, description, violatingConstructs = [], violatingResources = [] }) => ({
      validator: pluginName,
      rule: ruleName,
      where: [...violatingConstructs, ...violatingResources].map(({ constructPath }) => constructPath ?? '?'),
      message: description,
    })),
  );
}
