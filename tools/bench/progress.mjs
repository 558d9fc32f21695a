/** Reports progress on stderr: on a terminal by updating one line, otherwise every 10 %. @param {string} label */
export function progress(label) {
  let reported = -1;
  const { stderr } = process;
  const steps = stderr.isTTY ? 100 : 10;
  return (/** @type {number} */ done, /** @type {number} */ of) => {
    const step = of === 0 ? steps : Math.floor((done / of) * steps);
    if (step === reported) return;
    reported = step;
    const text = `${label}: ${Math.round((step / steps) * 100)} %`;
    stderr.write(stderr.isTTY ? `\r${text}${step === steps ? '\n' : ''}` : `${text}\n`);
  };
}
