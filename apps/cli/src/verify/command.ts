import { parseUrl } from '../shared/api/connection.ts';
import { createCheckReporter, resultJson, throwErrors } from '../shared/checks/run-checks.ts';
import { type AddCommand, printJson, printLines, withExamples } from '../shared/command.ts';
import { parseSeconds, readTrustedCertificates } from '../shared/files-and-times.ts';
import type { CommandContext } from '../shared/io.ts';
import { paintFor } from '../shared/terminal/paint.ts';
import { siteChecks } from './check-list.ts';
import { siteAt } from './site.ts';
import { verifySite } from './verify-site.ts';

type Options = { caFile?: string; timeout: number; json?: boolean };

export const addVerify: AddCommand = (parent, context) => {
  const command = parent
    .command('verify')
    .summary('look at a deployment from outside')
    .description(
      'Looks at a deployment from outside, as any visitor could: encryption, readiness, the health report and its ' +
        'five fields, security headers, a cache that warms up over two requests, and limits. Says for whatever is ' +
        'wrong why it is so and what mends it. It needs no token and changes nothing.',
    )
    .argument('<url>', 'address of the deployment, such as https://booking.example.com')
    .option('--ca-file <file>', 'certificate of an authority to trust, in PEM')
    .option('--timeout <seconds>', 'longest wait for one answer', parseSeconds, 10)
    .option('--json', 'print one JSON document instead of text')
    .action((url: string, options: Options) => verify(url, options, context));
  withExamples(command, [
    'bookedbarber verify https://booking.example.com',
    'bookedbarber verify http://localhost:3000 --json',
  ]);
};

async function verify(address: string, options: Options, context: CommandContext): Promise<void> {
  const json = options.json === true;
  const url = parseUrl(address);
  const site = siteAt(url, {
    timeoutMs: options.timeout * 1000,
    trust: readTrustedCertificates(options.caFile, context),
  });
  const paint = paintFor(context.stdout, context.environment);
  if (!json) printLines(context, [paint.heading(url.origin)]);
  const results = await verifySite(site, context, createCheckReporter(siteChecks, context, { json }));
  const findings = results.flatMap((result) => result.findings);
  if (json) {
    const faults = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    printJson(context, {
      healthy: faults.length === 0,
      faults,
      url: url.origin,
      checks: results.map(resultJson),
    });
  }
  if (!json) printLines(context, ['']);
  throwErrors(results, 'bookedbarber verify');
  if (json) return;
  const good = paint.good('The deployment is as it should be.');
  printLines(context, [findings.length === 0 ? good : `${good} But see what is warned of above.`]);
}
