/** A ticket's number, made before it is sent: sending it again after a lost answer can't make a second ticket. */
export function newTicketId(now: Date = new Date()): string {
  const digits = (value: number) => String(value).padStart(2, '0')
  const day = `${now.getFullYear()}${digits(now.getMonth() + 1)}${digits(now.getDate())}`
  const time = `${digits(now.getHours())}${digits(now.getMinutes())}${digits(now.getSeconds())}`
  const random = [...crypto.getRandomValues(new Uint8Array(3))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `T${day}${time}-${random}`
}
