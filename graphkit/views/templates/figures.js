// Which function draws which kind of block; a picture stands on a page of its own or in a section of the report.
const FIGURES = { matrix: matrixFigure, trend: trendFigure, proof: proofFigure, chain: chainFigure, map: mapFigure };
const drawFigure = (block) => (Object.hasOwn(FIGURES, block.kind) ? FIGURES[block.kind](block) : null);
