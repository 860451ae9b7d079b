// What a picture on a page of its own has instead of the network around it.
const DATA = JSON.parse(document.getElementById('data').textContent);
const GROUPS = new Map();
const $ = (id) => document.getElementById(id);
const plain = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
