/* _film.mjs: MP4 films of as many seconds and pixels as a play wants, as their boxes say it (ISO/IEC 14496-12): nothing in them can be decoded. */
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n >>> 0); return b; };
const box = (kind, ...parts) => { const body = Buffer.concat(parts); return Buffer.concat([u32(body.length + 8), Buffer.from(kind), body]); };
const track = (kind, width, height) => box('trak',
  box('tkhd', Buffer.alloc(40), u32(0x10000), Buffer.alloc(12), u32(0x10000), Buffer.alloc(12), u32(0x40000000), u32(width << 16), u32(height << 16)),
  box('mdia', box('hdlr', Buffer.alloc(8), Buffer.from(kind), Buffer.alloc(13))));

export const mp4 = ({ seconds = 10, width = 1080, height = 1920, sound = true, bytes = 0 } = {}) => Buffer.concat([
  box('ftyp', Buffer.from('mp42\0\0\0\0isommp42')),
  box('moov', box('mvhd', Buffer.alloc(12), u32(1000), u32(seconds * 1000), Buffer.alloc(80)), track('vide', width, height), ...(sound ? [track('soun', 0, 0)] : [])),
  box('mdat', Buffer.alloc(bytes)),
]);
