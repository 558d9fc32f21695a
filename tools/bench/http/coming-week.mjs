/**
 * Books about half of the free time of a service in the coming week, so that its availability resembles that of a real
 * shop.
 *
 * @param {import('../installation/http-client.mjs').HttpClient} http
 * @param {string} shopPath
 * @param {string} serviceId
 * @returns {Promise<string>} the path of that availability
 */
export async function fillComingWeek(http, shopPath, serviceId) {
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const path = `${shopPath}/availability?segment=${serviceId}:any&from=${tomorrow}&days=7`;
  const { body } = await http.send('GET', path);
  const days = /** @type {{ starts: string[] }[]} */ (body.days);
  for (const start of days.flatMap(({ starts }) => starts.filter((_, index) => index % 4 === 0))) {
    await http.send('POST', `${shopPath}/bookings`, {
      segments: [{ service_id: serviceId }],
      start,
      client: { name: 'A Client', email: 'client@clients.example' },
    });
  }
  return path;
}
