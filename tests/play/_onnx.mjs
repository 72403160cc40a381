/* _onnx.mjs: a text classifier small enough to be written down: an ONNX file made here, byte by byte (the fields of onnx.proto that it
   needs), with its vocabulary and its description. Each piece of the vocabulary speaks for the outputs by a row of weights; the text's
   pieces are added up where the mask says 1, and a bias is added. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/* ---- protobuf ---- */

const varint = (number) => {
  const bytes = [];
  let left = BigInt.asUintN(64, BigInt(number));
  do {
    bytes.push(Number(left & 127n) | (left > 127n ? 128 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Buffer.from(bytes);
};
const number = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field, value) => {
  const content = Buffer.isBuffer(value) ? value : Buffer.from(value);
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
};
const message = (...fields) => Buffer.concat(fields);

/* ---- onnx.proto: ModelProto and what is in it ---- */

const FLOAT = 1, INT64 = 7;
const attribute = {
  ints: (name, values) => message(bytes(1, name), number(20, 7), ...values.map((value) => number(8, value))),
  int: (name, value) => message(bytes(1, name), number(20, 2), number(3, value)),
};
const node = (kind, inputs, outputs, ...attributes) =>
  message(...inputs.map((name) => bytes(1, name)), ...outputs.map((name) => bytes(2, name)), bytes(4, kind), ...attributes.map((one) => bytes(5, one)));
const floats = (name, dims, values) => message(...dims.map((size) => number(1, size)), number(2, FLOAT), bytes(8, name), bytes(9, Buffer.from(new Float32Array(values).buffer)));
const value = (name, type, dims) => message(bytes(1, name), bytes(2, bytes(1, message(number(1, type),
  bytes(2, message(...dims.map((size) => bytes(1, typeof size === 'number' ? number(1, size) : bytes(2, size)))))))));

/* `weights`: a row of `outputs` numbers for each piece. `segments`: the model wants token_type_ids too, and does not look at them. */
export function onnxFile(weights, bias, { segments = false } = {}) {
  const outputs = bias.length;
  const graph = message(
    bytes(1, node('Gather', ['weights', 'input_ids'], ['spoken'])),
    bytes(1, node('Cast', ['attention_mask'], ['there'], attribute.int('to', FLOAT))),
    bytes(1, node('Unsqueeze', ['there'], ['wide'], attribute.ints('axes', [2]))),
    bytes(1, node('Mul', ['spoken', 'wide'], ['heard'])),
    bytes(1, node('ReduceSum', ['heard'], ['sum'], attribute.ints('axes', [1]), attribute.int('keepdims', 0))),
    bytes(1, node('Add', ['sum', 'bias'], ['logits'])),
    bytes(2, 'tiny'),
    bytes(5, floats('weights', [weights.length, outputs], weights.flat())),
    bytes(5, floats('bias', [outputs], bias)),
    bytes(11, value('input_ids', INT64, ['batch', 'pieces'])),
    bytes(11, value('attention_mask', INT64, ['batch', 'pieces'])),
    ...(segments ? [bytes(11, value('token_type_ids', INT64, ['batch', 'pieces']))] : []),
    bytes(12, value('logits', FLOAT, ['batch', outputs])),
  );
  return message(number(1, 7), bytes(2, 'parvis-tests'), bytes(7, graph), bytes(8, message(bytes(1, ''), number(2, 12))));
}

/* A folder as such models are handed out. `words`: what each piece speaks for, {good: [0, 0, 4], …}; any other piece says nothing. */
export function onnxFolder(folder, labels, words, bias, more = {}) {
  if (more.tokenizer) return unigramFolder(folder, labels, words, bias, more);
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...Object.keys(words), ...letters, ...[...letters].map((letter) => `##${letter}`), ...'.,!?\'"[]()-:;/@#'];
  const silent = labels.map(() => 0);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), onnxFile(pieces.map((piece) => words[piece] ?? silent), bias, more));
  writeFileSync(join(folder, 'vocab.txt'), `${pieces.join('\n')}\n`);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'bert', id2label: Object.fromEntries(labels.map((label, i) => [i, label])), max_position_embeddings: 128 }));
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ do_lower_case: true }));
}

/* The same with a tokenizer.json of unigrams, as XLM-RoBERTa has: the words as they stand after a space, and single letters. */
function unigramFolder(folder, labels, words, bias, more) {
  const vocab = [['<s>', 0], ['<pad>', 0], ['</s>', 0], ['<unk>', 0], ...Object.keys(words).map((word) => [`▁${word}`, -2]), ['▁', -4], ...[...'abcdefghijklmnopqrstuvwxyzéèà'].map((letter) => [letter, -5])];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), onnxFile(vocab.map(([piece]) => words[piece.slice(1)] ?? labels.map(() => 0)), bias, more));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'xlm-roberta', id2label: Object.fromEntries(labels.map((label, i) => [i, label])), max_position_embeddings: 130 }));
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({
    version: '1.0', added_tokens: [{ id: 0, content: '<s>', special: true }, { id: 2, content: '</s>', special: true }], normalizer: { type: 'Precompiled', precompiled_charsmap: '' },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true }, decoder: null,
    post_processor: { type: 'TemplateProcessing', single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }], pair: [],
      special_tokens: { '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] }, '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] } } },
    model: { type: 'Unigram', unk_id: 3, vocab },
  }));
}
