/** The beginning of a configuration of knot, which answers on loopback and writes into one folder. */
export function knotServer(folder: string, port: number): string {
  return `server:
  rundir: ${folder}
  listen: 127.0.0.1@${port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: ${folder}/knot.log
    any: info
database:
  storage: ${folder}
`
}
